using PayoutWorker.Host.Verbs;

return await CommandLine.RunAsync(args);
