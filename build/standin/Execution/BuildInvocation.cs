using System.Collections;
using Nuke.Common.IO;

namespace Nuke.Common.Execution;

/// <summary>What a build is called with: its arguments, environment, root folder and console.</summary>
internal sealed record BuildInvocation(
    IReadOnlyList<string> Arguments,
    IReadOnlyDictionary<string, string> Environment,
    AbsolutePath RootDirectory,
    TextWriter Output)
{
    private static BuildInvocation? ofThisProcess;

    /// <summary>This process's own.</summary>
    public static BuildInvocation OfThisProcess => ofThisProcess ??= FromProcess();

    /// <summary>Names of parameters and targets agree when they differ only in case and hyphens.</summary>
    public static bool SameName(string a, string b) => string.Equals(
        a.Replace("-", "", StringComparison.Ordinal),
        b.Replace("-", "", StringComparison.Ordinal),
        StringComparison.OrdinalIgnoreCase);

    /// <summary>The values after the last argument with that name, up to the next option; null when it is absent.</summary>
    public IReadOnlyList<string>? Named(string name)
    {
        var index = Arguments.ToList().FindLastIndex(argument => IsOption(argument) && SameName(argument, name));
        return index < 0 ? null : [.. Arguments.Skip(index + 1).TakeWhile(argument => !IsOption(argument))];
    }

    /// <summary>The arguments before the first option; null when there are none.</summary>
    public IReadOnlyList<string>? Positional()
    {
        var values = Arguments.TakeWhile(argument => !IsOption(argument)).ToList();
        return values.Count == 0 ? null : values;
    }

    /// <summary>
    /// The environment variable of exactly that name, else the only one that agrees but for case and punctuation, with or without NUKE.
    /// </summary>
    public string? Variable(string name)
    {
        if (Environment.TryGetValue(name, out var exact))
        {
            return exact;
        }

        static string Letters(string text) => new([.. text.Where(char.IsLetterOrDigit)]);
        string[] accepted = [Letters(name), "NUKE" + Letters(name)];
        var near = Environment
            .Where(variable => accepted.Contains(Letters(variable.Key), StringComparer.OrdinalIgnoreCase)).ToList();
        return near.Count == 1 ? near[0].Value : null;
    }

    private static bool IsOption(string argument) => argument.StartsWith('-');

    private static BuildInvocation FromProcess()
    {
        var arguments = System.Environment.GetCommandLineArgs().Skip(1).ToList();
        var environment = System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal);
        var invocation = new BuildInvocation(arguments, environment, System.Environment.CurrentDirectory, Console.Out);
        return invocation with { RootDirectory = RootAbove(invocation.Named("Root")?.SingleOrDefault() ?? invocation.Variable("Root")) };
    }

    private static AbsolutePath RootAbove(string? given)
    {
        if (given is not null)
        {
            return Path.GetFullPath(given);
        }

        for (var folder = new DirectoryInfo(System.Environment.CurrentDirectory); folder is not null; folder = folder.Parent)
        {
            if (Directory.Exists(Path.Join(folder.FullName, ".nuke")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException(
            $"Could not locate '.nuke' directory while walking up from '{System.Environment.CurrentDirectory}'. "
            + "Add '--root [path]' to the invocation.");
    }
}
