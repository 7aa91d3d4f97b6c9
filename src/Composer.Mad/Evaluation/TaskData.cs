using Composer.Core;
using Composer.Mad.Samples;
using Composer.Mad.Tasks;

namespace Composer.Mad.Evaluation;

/// <summary>
/// The training and the test set of one task: one random stream makes the training set and then the test
/// set, and no sample is in both.
/// </summary>
/// <remarks>A function of task, settings, seed and sizes alone. Not thread-safe.</remarks>
public sealed class TaskData
{
    private readonly MadTask task;
    private readonly MadTaskSettings settings;
    private readonly SampleGenerator generator;
    private readonly Seed seed;
    private readonly HashSet<Digest> test;

    /// <exception cref="ArgumentException">The settings are not valid for the task.</exception>
    /// <exception cref="InvalidOperationException">There are too few different samples; see <see cref="Validate"/>.</exception>
    public TaskData(MadTask task, MadTaskSettings settings, Seed seed, int trainingSamples, int testSamples)
    {
        (this.task, this.settings, this.seed) = (task, settings, seed);
        generator = task.CreateGenerator(settings, seed);
        var rng = new Rng(seed.Derive("samples"));
        Training = SampleSet.Draw(generator, rng, SampleKind.Training, trainingSamples, new HashSet<Digest>());
        Test = SampleSet.Draw(generator, rng, SampleKind.Test, testSamples, Training.Fingerprints());
        test = Test.Fingerprints();
    }

    public SampleSet Training { get; }

    public SampleSet Test { get; }

    /// <summary>What is wrong with the sizes, for settings that the task accepts; empty when nothing is.</summary>
    public static IReadOnlyList<string> Validate(MadTask task, MadTaskSettings settings, int trainingSamples, int testSamples)
    {
        var needed = Math.Log2(2.0 * (trainingSamples + (double)testSamples));
        return task.SampleBits(settings) >= needed
            ? []
            : [
                $"{task.Name} with vocabulary {settings.Vocabulary} and length {settings.Length} has too few different samples for "
                + $"{trainingSamples} to train and {testSamples} to test; make it longer or take fewer."];
    }

    /// <summary>
    /// New training samples for a later epoch, none of them in the test set; epoch 0 has the training set
    /// itself.
    /// </summary>
    public SampleSet FreshTraining(int epoch) =>
        epoch == 0
            ? Training
            : SampleSet.Draw(generator, new Rng(seed.Derive("fresh", epoch)), SampleKind.Training, Training.Count, test);

    /// <summary>
    /// Test samples of a multiple of the length, with what all samples share, such as memorization's map; none was trained on, since
    /// those were shorter.
    /// </summary>
    /// <param name="multiple">At least 2; the task accepts its settings at that length (<see cref="MadTaskSettings.Longer"/>).</param>
    /// <param name="samples">How many.</param>
    public SampleSet LongerTest(int multiple, int samples) => SampleSet.Draw(
        task.CreateGenerator(settings.Longer(multiple), seed),
        new Rng(seed.Derive("longer", multiple)),
        SampleKind.Test,
        samples,
        new HashSet<Digest>());
}
