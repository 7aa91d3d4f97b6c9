using Composer.Core.Diagnostics;
using Composer.Store.Durability;
using Composer.Training.Models;

namespace Composer.Agents;

/// <summary>Why a job failed, in words for whoever runs the experiment.</summary>
public static class JobFailure
{
    /// <summary>A mistake as it is, trouble with the disk with the way on, anything else with its type.</summary>
    /// <param name="failure">What the job ended with.</param>
    /// <param name="folder">The job's.</param>
    public static string Describe(Exception failure, string folder) => failure switch
    {
        UserInputException or EngineUnavailableException => failure.Message,
        _ when OfDisk(failure, folder) is { } explained => explained,
        _ => $"{failure.GetType().Name}: {failure.Message}",
    };

    /// <summary>Whether the disk refused: to try again at once is of no use.</summary>
    public static bool IsOfDisk(IOException failure) => OfDisk(failure, "") is not null;

    private static string? OfDisk(Exception failure, string folder) =>
        failure is IOException ? StorageFailure.Explain(failure, "The work folder " + folder)?.Message : null;
}
