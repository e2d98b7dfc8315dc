"""Who is reached from an account in order of time, over at most so many hops: DuckDB and networkx on the table of the bench.

Called by benches/benches/peers.rs with the table, the account, the hops, and the accounts that Fundtrail's poison reaches, which must be
the same. Neither tells amounts.
"""

import csv
import os
import statistics
import sys
import time

import duckdb
import networkx

RUNS = 7

# Each round goes one hop further, from accounts that are reached for the first time or earlier than before.
QUERY = """
WITH RECURSIVE reach(account, since, hop) USING KEY (account) AS (
    SELECT dst, min(pos), 1 FROM transfers WHERE src = $start GROUP BY dst
    UNION
    SELECT t.dst, min(t.pos), any_value(r.hop) + 1
    FROM reach r
    JOIN transfers t ON t.src = r.account AND t.pos > r.since
    LEFT JOIN recurring.reach k ON k.account = t.dst
    WHERE r.hop < $hops AND (k.since IS NULL OR t.pos < k.since)
    GROUP BY t.dst
)
SELECT account FROM reach
"""

# As it is usually written: each round has every transfer that follows on one of the round before.
USUAL = """
WITH RECURSIVE reach(account, since, hop) AS (
    SELECT dst, pos, 1 FROM transfers WHERE src = $start
    UNION
    SELECT t.dst, t.pos, r.hop + 1
    FROM reach r
    JOIN transfers t ON t.src = r.account AND t.pos > r.since
    WHERE r.hop < $hops
)
SELECT DISTINCT account FROM reach
"""


def measured(what, work):
    work()
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - started)
    print(f"  {what:<44} {statistics.median(times) * 1000:>10.1f}ms", flush=True)
    return result


def duck(table, start, hops):
    """Both queries, on a table that is sorted by payer and has an index, which serves DuckDB best."""
    file = table + ".duckdb"
    if os.path.exists(file):
        os.remove(file)
    base = duckdb.connect(file)
    base.execute(
        f"CREATE TABLE transfers AS SELECT pos::BIGINT pos, src::BIGINT src, dst::BIGINT dst, amount::HUGEINT amount "
        f"FROM read_csv('{table}') ORDER BY src, pos"
    )
    base.execute("CREATE INDEX by_src ON transfers (src)")

    def asked(query):
        return lambda: {row[0] for row in base.execute(query, {"start": start, "hops": hops}).fetchall()}

    reached = measured(f"DuckDB {duckdb.__version__}, recursion by account", asked(QUERY))
    assert measured(f"DuckDB {duckdb.__version__}, the usual recursion", asked(USUAL)) == reached
    return reached


def nx(table, start, hops, core):
    """Only the transfers among those whom the trace can reach: all of them do not fit a graph of Python objects."""
    graph = networkx.MultiDiGraph()
    started = time.perf_counter()
    with open(table) as rows:
        for row in csv.DictReader(rows):
            src, dst = int(row["src"]), int(row["dst"])
            if src < core and dst < core:
                graph.add_edge(src, dst, pos=int(row["pos"]), amount=int(row["amount"]))
    print(f"  networkx {networkx.__version__}: {graph.number_of_edges()} edges made in {time.perf_counter() - started:.0f} s")

    def reach():
        best, front = {}, {start: -1}
        for _ in range(hops):
            new = {}
            for account, at in front.items():
                if account not in graph:
                    continue
                for _, to, pos in graph.out_edges(account, data="pos"):
                    if pos > at and pos < min(best.get(to, 1 << 62), new.get(to, 1 << 62)):
                        new[to] = pos
            best.update(new)
            front = new
        return set(best)

    return measured(f"networkx, breadth first", reach)


def main():
    table, start, hops, told = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    with open(told) as lines:
        expected = {int(line) for line in lines}
    for name, reached in [("DuckDB", duck(table, start, hops)), ("networkx", nx(table, start, hops, 1 << 40))]:
        if reached != expected:
            sys.exit(f"{name} reaches {len(reached)} accounts, poison {len(expected)}: {sorted(reached ^ expected)[:5]} differ")


main()
