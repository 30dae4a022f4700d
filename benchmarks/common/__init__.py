"""What the benchmarks share: facts about the machine, statistics, the relay, and a stack to measure on."""
