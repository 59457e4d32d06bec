#!/usr/bin/env bash
# Builds every fuzz target into $OUT, each with its committed corpus. ClusterFuzzLite and OSS-Fuzz call it at the root of the checkout;
# without them it is called the same way.
set -euo pipefail
OUT=$(realpath -m "${OUT:-target/fuzz-out}")
mkdir -p "$OUT"
cd fuzz
# Theirs would take the place of .cargo/config.toml and set cfg(fuzzing), under which vodozemac checks no MAC; such a build refuses to start.
unset RUSTFLAGS
cargo build --locked --profile fuzz
host=$(rustc -vV | sed -n 's/^host: //p')
for source in fuzz_targets/*.rs; do
    target=$(basename "$source" .rs)
    cp "../target/$host/fuzz/$target" "$OUT/"
    (cd "corpus/$target" && python3 -m zipfile -c "$OUT/${target}_seed_corpus.zip" ./*)
done
