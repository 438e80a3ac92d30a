Console.Error.WriteLine("This program was built without Hangfire.");
return 3;
