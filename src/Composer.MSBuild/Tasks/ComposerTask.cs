using Composer.MSBuild.Processes;
using Microsoft.Build.Framework;

namespace Composer.MSBuild.Tasks;

/// <summary>
/// A task that asks the <c>composer</c> executable about one experiment. It depends on nothing of the process
/// that it runs in, so that several may run at once.
/// </summary>
public abstract class ComposerTask : Microsoft.Build.Utilities.Task, ICancelableTask
{
    private ComposerProcess? process;
    private volatile bool cancelled;

    /// <summary>The <c>composer</c> executable, an absolute path.</summary>
    [Required]
    public string Executable { get; set; } = "";

    /// <summary>The experiment: a manifest's name, or its path.</summary>
    [Required]
    public string Experiment { get; set; } = "";

    /// <summary>The clone's root, an absolute path: where <c>experiments/</c> and <c>artifacts/</c> are.</summary>
    [Required]
    public string WorkingDirectory { get; set; } = "";

    /// <summary>A profile of the manifest, or nothing.</summary>
    public string Profile { get; set; } = "";

    /// <summary>Overrides of the manifest, each <c>path=value</c>.</summary>
    public string[] Set { get; set; } = [];

    /// <summary>Asks the executable to stop; what it has finished stays in the store.</summary>
    public void Cancel()
    {
        cancelled = true;
        process?.Cancel();
    }

    /// <summary>Runs the call. False when it failed, when the manifest has mistakes, or when it was cancelled.</summary>
    public override bool Execute()
    {
        if (!File.Exists(Executable))
        {
            Log.LogError(
                $"There is no composer executable at '{Executable}'. Compile it with './build.sh Compile', or set the property "
                + $"ComposerExecutable.");
            return false;
        }

        process = new ComposerProcess(Executable, WorkingDirectory, OnOutput, OnError);
        if (cancelled)
        {
            return false;
        }

        var exitCode = process.Run(Arguments());
        if (cancelled)
        {
            Log.LogMessage(MessageImportance.High, $"{Experiment}: cancelled");
            return false;
        }

        if (exitCode != 0 && !Log.HasLoggedErrors)
        {
            Log.LogError($"composer {string.Join(' ', Arguments())} ended with exit code {exitCode}");
        }

        return exitCode == 0 && !Log.HasLoggedErrors;
    }

    /// <summary>The arguments of the call, the command first.</summary>
    private protected abstract IEnumerable<string> Arguments();

    /// <summary>Takes one line of standard output.</summary>
    private protected abstract void OnOutput(string line);

    /// <summary><c>--profile</c> and <c>--set</c> as given.</summary>
    private protected IEnumerable<string> ManifestOptions() =>
    [
        .. Profile.Length > 0 ? (string[])["--profile", Profile] : [],
        .. Set.SelectMany(assignment => (string[])["--set", assignment]),
    ];

    private void OnError(string line)
    {
        if (DiagnosticLine.Parse(line) is not { } diagnostic)
        {
            Log.LogMessage(MessageImportance.Normal, "{0}", line);
        }
        else if (diagnostic.IsError)
        {
            Log.LogError(null, diagnostic.Code, null, diagnostic.File, diagnostic.Line, diagnostic.Column, 0, 0, "{0}", diagnostic.Message);
        }
        else
        {
            Log.LogWarning(
                null, diagnostic.Code, null, diagnostic.File, diagnostic.Line, diagnostic.Column, 0, 0, "{0}", diagnostic.Message);
        }
    }
}
