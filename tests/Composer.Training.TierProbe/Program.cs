// Run by the engine's tests in a process of its own, with the runtime's switches set; see InstructionSetTests.
using System.Globalization;
using Composer.Training.Cpu;
using Composer.Training.TierProbe;

var engine = new CpuEngine();
Console.WriteLine(args switch
{
    [] => Line(Probes.Oracle(engine)),
    ["train"] => Line(Probes.Train(engine)),
    ["guarded", var side] => Line(Probes.Guarded(flushWithEnd: side == "end")),
    ["side-by-side"] => Line(Probes.SideBySide(engine)),
    ["startup"] => Line(Probes.Startup(engine)),
    _ => throw new ArgumentException($"Unknown probe {string.Join(' ', args)}."),
});

string Line(IEnumerable<double> numbers) =>
    string.Join(' ', numbers.Select(number => number.ToString("r", CultureInfo.InvariantCulture)).Prepend(engine.InstructionSet));
