using Composer.Mad.Evaluation;
using Composer.Mad.Tasks;

namespace Composer.Mad.Scoring;

/// <summary>One task of a protocol: its difficulty, and the settings to try on it.</summary>
/// <param name="Task">The task.</param>
/// <param name="Settings">Its difficulty.</param>
/// <param name="Variants">Each learning rate with each weight decay; the best one counts.</param>
public sealed record TaskVariants(MadTask Task, MadTaskSettings Settings, IReadOnlyList<EvaluationSettings> Variants);
