using Composer.Pipeline.Jobs;

namespace Composer.Pipeline.Scheduling;

/// <summary>The files that an agent left in its job's folder.</summary>
internal static class UnitFiles
{
    /// <summary>The outputs of a finished unit.</summary>
    /// <exception cref="InvalidDataException">A file leads out of the folder.</exception>
    public static JobOutcome OutcomeOf(UnitResult unit, string folder)
    {
        var outcome = JobOutcome.Done();
        foreach (var (name, file) in unit.Outputs)
        {
            outcome.WithFile(name, Inside(folder, file));
        }

        foreach (var (name, file) in unit.Beside)
        {
            outcome.Beside.Add(name, new JobContent(null, Inside(folder, file)));
        }

        return outcome;
    }

    /// <summary>The file's path; only folders that are the job's own lead there.</summary>
    /// <exception cref="InvalidDataException">A link or a dot-dot leads elsewhere: what lies there is nobody's output.</exception>
    internal static string Inside(string folder, string file)
    {
        var path = folder;
        foreach (var part in file.Split('/', '\\'))
        {
            path = Path.Combine(path, part);
            if (part is ".." or "" || Path.IsPathRooted(part) || new DirectoryInfo(path).LinkTarget is not null)
            {
                throw new InvalidDataException(
                    $"The output file '{file}' leads out of the job's folder at '{part}'. Let the job write the file itself.");
            }
        }

        return path;
    }
}
