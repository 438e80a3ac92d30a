// One browser on few cores: tests beside each other would only wait for each other.
[assembly: LevelOfParallelism(2)]
