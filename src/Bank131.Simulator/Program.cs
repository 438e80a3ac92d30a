using System.Runtime.InteropServices;
using Bank131.Simulator;

using var stop = new CancellationTokenSource();
Action<PosixSignalContext> end = signal =>
{
    signal.Cancel = true;
    stop.Cancel();
};
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, end);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, end);
return await SimulatorProgram.RunAsync(args, Console.Out, stop.Token);
