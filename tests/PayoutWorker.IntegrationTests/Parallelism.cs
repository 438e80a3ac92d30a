// These tests wait far more than they compute: the bank's delays, polls, leases and quarantines run side by side.
[assembly: LevelOfParallelism(24)]
