//! Solana: what came in, and what each transaction moved, to the lamport.
