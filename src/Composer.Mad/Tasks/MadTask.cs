using Composer.Core;
using Composer.Core.Code;
using Composer.Core.Settings;
using Composer.Mad.Samples;
using Composer.Training.Models;

namespace Composer.Mad.Tasks;

/// <summary>
/// One of the synthetic tasks, such as the six of Poli et al. 2024 (mechanistic architecture design), by which small
/// candidates are judged.
/// </summary>
/// <remarks>Stateless and thread-safe. Any such class is found by <see cref="MadTasks"/>.</remarks>
[CodeParts("task", nameof(Name))]
public abstract class MadTask
{
    /// <summary>As manifests name it, such as <c>in-context-recall</c>.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// Its place in the paper's list, from 1; null for a task of another source, which a manifest names where it wants it.
    /// </summary>
    public virtual int? PlaceInPaper => null;

    /// <summary>The baseline setting of MAD.</summary>
    public abstract MadTaskSettings Baseline { get; }

    /// <summary>Composer's setting (Table 4): the baseline, where the paper says nothing else.</summary>
    public virtual MadTaskSettings Default => Baseline;

    /// <summary>Training samples of MAD's baseline; Composer takes 800 for every task.</summary>
    public virtual int BaselineSamples => 12_800;

    /// <summary>The settings beside vocabulary and length that change this task.</summary>
    public virtual MadKnob Knobs => MadKnob.None;

    /// <summary>What the model has behind its layers.</summary>
    public virtual ModelHead Head => ModelHead.Language;

    /// <summary>
    /// How many tokens an answer may be, all of them about equally often. Who knows no more than that, in a test, is right with
    /// the probability 1/n and has the loss ln n: guessing, and the best that the answers' frequencies alone allow.
    /// </summary>
    public abstract int Answers(MadTaskSettings settings);

    /// <summary>Positions of the inputs and targets.</summary>
    public virtual int InputLength(MadTaskSettings settings) => settings.Length;

    /// <summary>What is wrong with the settings, one sentence each; empty when samples can be drawn.</summary>
    public IReadOnlyList<string> Validate(MadTaskSettings settings)
    {
        var mistakes = new List<SettingMistake>();
        Check(settings, mistakes);
        return [.. mistakes.Select(mistake => mistake.Message)];
    }

    /// <summary>A source of samples.</summary>
    /// <param name="settings">Settings that <see cref="Validate"/> accepts.</param>
    /// <param name="seed">Determines what all samples share (memorization's map); the samples come from the
    /// generator passed to each draw.</param>
    /// <exception cref="ArgumentException">The settings are not valid.</exception>
    public SampleGenerator CreateGenerator(MadTaskSettings settings, Seed seed)
    {
        var mistakes = Validate(settings);
        return mistakes.Count == 0
            ? Create(settings, seed)
            : throw new ArgumentException($"{Name}: {string.Join(" ", mistakes)}", nameof(settings));
    }

    /// <summary>
    /// A lower bound of the base-2 logarithm of how many different samples there are, roughly: enough to
    /// refuse a test set that could not be kept apart from the training set.
    /// </summary>
    public abstract double SampleBits(MadTaskSettings settings);

    public override string ToString() => Name;

    private protected abstract SampleGenerator Create(MadTaskSettings settings, Seed seed);

    internal abstract void Check(MadTaskSettings settings, ICollection<SettingMistake> mistakes);
}
