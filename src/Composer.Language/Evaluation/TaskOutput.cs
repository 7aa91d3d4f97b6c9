using System.Text.Json.Serialization;

namespace Composer.Language.Evaluation;

/// <summary>What a model is asked for, by the harness's names. Values are only ever appended.</summary>
public enum TaskOutput
{
    /// <summary>The log-likelihood of each of several choices.</summary>
    [JsonStringEnumMemberName("multiple_choice")]
    MultipleChoice = 0,

    /// <summary>The log-likelihood of one continuation, and whether each of its tokens is the most likely one.</summary>
    [JsonStringEnumMemberName("loglikelihood")]
    LogLikelihood = 1,

    /// <summary>The log-likelihood of a whole text, window by window.</summary>
    [JsonStringEnumMemberName("loglikelihood_rolling")]
    RollingLogLikelihood = 2,
}
