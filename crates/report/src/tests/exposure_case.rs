//! An exposure: of what account 1 sent, parts met a listed party under a hostile name, an exchange and nobody; it received nothing.

use fundtrail_types::{
    Category, Class, Currency, Exposed, Exposure, ExposureAnswer, ExposureSide, ExposureTotal, Fiat, Method, Nearness,
    Traced,
};

use super::cases::{self, account, eth, milli};

pub(super) fn exposure() -> ExposureAnswer {
    let fiat = |value: &str, unpriced: u64, source: &str| Fiat {
        value: value.to_owned().try_into().ok(),
        unpriced_raw: milli(unpriced),
        sources: vec![source.to_owned()],
    };
    let part = |to: &Exposed, method, amount: u64, hops, worth| Exposure {
        account: account(1),
        asset: eth(),
        to: to.clone(),
        method,
        amount_raw: milli(amount),
        hops,
        accounts: vec![account(3)],
        worth,
    };
    let party = |class, nearness, category, entity: &str| Exposed::Party {
        class,
        nearness,
        category,
        entity: entity.to_owned(),
    };
    let listed = party(Class::ListedDprk, Nearness::Indirect, Category::SanctionedParty, "=Evil\u{202e}\u{1b}[31m");
    let exchange = party(Class::Service, Nearness::Direct, Category::Exchange, "An exchange");
    let nobody = Exposed::Nobody { end: "at rest".to_owned() };
    let (haircut, fifo) = (Method::Haircut, Method::Fifo);
    let parts = vec![
        part(&listed, haircut, 1, 3, fiat("2.70", 0, "a table\u{7}")),
        part(&listed, fifo, 40_000, 2, fiat("108000.00", 10_000, "a table\u{7}")),
        part(&exchange, haircut, 99_999, 1, Fiat { unpriced_raw: milli(99_999), ..Fiat::default() }),
        part(&nobody, fifo, 60_000, 4, Fiat::default()),
    ];
    let total = ExposureTotal {
        account: account(1),
        asset: eth(),
        amount_raw: milli(100_000),
        worth: fiat("270000.00", 0, "at par"),
    };
    let mut trace = cases::trace();
    trace.question.stop_at_flagged = true;
    let nothing = "it has \u{1b}[2J nothing that could be followed".to_owned();
    ExposureAnswer {
        currency: Currency::USD,
        sent: ExposureSide { trace: Traced::Answer(Box::new(trace)), totals: vec![total], parts },
        received: ExposureSide { trace: Traced::Nothing(nothing), totals: Vec::new(), parts: Vec::new() },
    }
}

/// The same with a part that is missing.
pub(super) fn broken() -> ExposureAnswer {
    let mut answer = exposure();
    answer.sent.parts.pop();
    answer
}
