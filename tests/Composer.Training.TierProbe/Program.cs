// Run by InstructionSetTests in a process of its own, with the runtime's switches set: prints the tier that
// the engine chose and how far it is from the oracle, as "tier gradients inference".
using System.Globalization;
using Composer.Core;
using Composer.Training.Models;
using Composer.Training.Reference;

ModelConfiguration[] shapes =
[
    TinyModels.Configuration("AM", 24, 3, 1, 5, 3, 17),
    TinyModels.Configuration("MA", 40, 2, 1, 33, 37, 35),
    TinyModels.Configuration("AM", 64, 2, 2, 20, 19, 16, ModelHead.Compression),
];
var engine = new CpuEngine();
var (gradients, inference) = (0.0, 0.0);
foreach (var shape in shapes)
{
    var rng = new Rng(new Seed(1));
    using var model = engine.Create(shape, new Seed(2), threads: 2);
    TinyModels.Disturb(model, rng);
    using var comparison = new EngineComparison(model);
    var batch = TinyModels.Batch(shape, rng, 3, shape.MaximumLength);
    gradients = Math.Max(gradients, comparison.Gradients(batch).Error);
    inference = Math.Max(inference, comparison.Inference(batch));
}

Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{engine.InstructionSet} {gradients:r} {inference:r}"));
