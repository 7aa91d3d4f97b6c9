using Composer.Core.Diagnostics;
using Composer.Pipeline.Jobs;

namespace Composer.Pipeline.Scheduling;

/// <summary>Which exceptions are a stage's failure rather than a bug.</summary>
internal static class StageFailure
{
    /// <summary>Trouble with files, agents or what the user gave: said in its own words, without a trace.</summary>
    public static bool IsExpected(Exception failure) => failure is UserInputException || MayPass(failure);

    /// <summary>Whether another try may succeed.</summary>
    public static bool MayPass(Exception failure) =>
        failure is IOException or InvalidDataException or UnauthorizedAccessException or JobFailedException;
}
