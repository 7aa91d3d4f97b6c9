using System.CommandLine;
using Composer.Core.Diagnostics;
using Composer.Manifests.Model;
using Composer.Manifests;
using Composer.Pipeline;

namespace Composer.Cli.Commands;

/// <summary>What every command on an experiment takes: its name, a profile, settings, and where things lie.</summary>
internal sealed class ExperimentOptions
{
    public Argument<string> Name { get; } = new("NAME")
    {
        Description = "The experiment: experiments/NAME.toml, or the path of a .toml file.",
    };

    public Option<string?> Profile { get; } = new("--profile")
    {
        Description = "Apply [profile.NAME]; several with commas.",
        HelpName = "NAME",
    };

    public Option<string[]> Set { get; } = new("--set")
    {
        Description = "Set a value, such as --set evaluate.epochs=10; any number of times.",
        HelpName = "path=value",
    };

    public Option<string?> Artifacts { get; } = new("--artifacts")
    {
        Description = "Where to keep the store, runs, reports and logs; artifacts/ of the clone by default.",
        HelpName = "FOLDER",
    };

    public void AddTo(Command command)
    {
        command.Add(Name);
        command.Add(Profile);
        command.Add(Set);
        command.Add(Artifacts);
    }

    /// <summary>The clone that the current folder lies in.</summary>
    /// <exception cref="UserInputException">There is none, or the folder for artifacts can be none.</exception>
    public static Workspace FindWorkspace(string? artifacts)
    {
        if (artifacts is not null && (string.IsNullOrWhiteSpace(artifacts) || FileAt(artifacts) is not null))
        {
            throw new UserInputException(new Diagnostic(
                "CMP1002",
                DiagnosticSeverity.Error,
                FileAt(artifacts) is { } file ? $"--artifacts '{artifacts}' is no folder: '{file}' is a file." : "--artifacts names no folder.",
                Remedy: "Give a folder, there or not."));
        }

        var root = Workspace.FindRoot(Environment.CurrentDirectory) ?? Workspace.FindRoot(AppContext.BaseDirectory);
        if ($"{root}{artifacts}".AsSpan().IndexOfAny('\r', '\n') >= 0)
        {
            // Agents are told of jobs by a path a line.
            throw new UserInputException(new Diagnostic(
                "CMP1004",
                DiagnosticSeverity.Error,
                "The path of the clone, or of its artifacts, has a line break.",
                Remedy: "Give the folder another name; any other character will do."));
        }

        return root is not null
            ? new Workspace(root, artifacts)
            : throw new UserInputException(new Diagnostic(
                "CMP1004",
                DiagnosticSeverity.Error,
                $"There is no folder 'experiments' at or above {Environment.CurrentDirectory}.",
                Remedy: "Run composer inside a clone."));
    }

    /// <summary>Reads and checks the manifest.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="more">Settings beside those of the command line, which they override.</param>
    /// <exception cref="UserInputException">The experiment is unknown, or its manifest is wrong.</exception>
    public (ResolvedExperiment Manifest, byte[] Bytes, Workspace Workspace) Load(ParseResult parsed, params string[] more) =>
        Load(parsed, Chosen(parsed), more);

    /// <summary>The experiment that the command line names, with its profile and settings.</summary>
    public ChosenExperiment Chosen(ParseResult parsed) =>
        new(parsed.GetRequiredValue(Name), parsed.GetValue(Profile), parsed.GetValue(Set) ?? []);

    /// <summary>Reads and checks the manifest of another experiment in the same workspace.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="chosen">Which.</param>
    /// <param name="more">Settings beside its own, which they override.</param>
    /// <exception cref="UserInputException">The experiment is unknown, or its manifest is wrong.</exception>
    public (ResolvedExperiment Manifest, byte[] Bytes, Workspace Workspace) Load(
        ParseResult parsed, ChosenExperiment chosen, params string[] more)
    {
        var workspace = FindWorkspace(parsed.GetValue(Artifacts));
        var file = FileOf(chosen.Name, workspace);
        var loaded = ManifestLoader.Load(file, chosen.Profile, [.. chosen.Set, .. more], AgentsFile.Path());
        foreach (var warning in loaded.Warnings)
        {
            Console.Error.WriteLine(warning);
            if (Output.GitHubAnnotations.AreWanted([]))
            {
                Console.Error.WriteLine(Output.GitHubAnnotations.Of(warning));
            }
        }

        return (loaded, File.ReadAllBytes(file), workspace);
    }

    /// <summary>The file that a folder would have to be, or to lie in; null when there is none.</summary>
    private static string? FileAt(string folder)
    {
        for (var path = folder; !string.IsNullOrEmpty(path); path = Path.GetDirectoryName(path))
        {
            if (File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }

    private static string FileOf(string name, Workspace workspace)
    {
        if (name.EndsWith(".toml", StringComparison.Ordinal))
        {
            return name;
        }

        var file = Path.Combine(workspace.Experiments, name + ".toml");
        if (File.Exists(file))
        {
            return Path.GetRelativePath(Environment.CurrentDirectory, file);
        }

        var known = Directory.EnumerateFiles(workspace.Experiments, "*.toml", SearchOption.AllDirectories)
            .Select(f => Path.ChangeExtension(Path.GetRelativePath(workspace.Experiments, f), null).Replace('\\', '/'))
            .Order(StringComparer.Ordinal)
            .ToArray();
        throw new UserInputException(new Diagnostic(
            "CMP1005",
            DiagnosticSeverity.Error,
            $"There is no experiment '{name}'.",
            Remedy: Suggestion.DidYouMean(name, known) ?? $"There are {string.Join(", ", known)}."));
    }
}
