// These tests wait far more than they compute: the bank's delays, polls, leases and quarantines run side by side. Each
// fixture has a database of its own; what needs the machine to itself says so.
[assembly: LevelOfParallelism(8)]
[assembly: Parallelizable(ParallelScope.Fixtures)]
