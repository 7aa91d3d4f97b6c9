namespace Composer.Testing;

/// <summary>How long tests go on that can go on for long: a short form in every test run, the whole with <c>./build.sh Soak</c>.</summary>
public static class Soak
{
    /// <summary>Names the folder for the figures; set by the target Soak.</summary>
    public const string Variable = "COMPOSER_SOAK";

    /// <summary>Whether they go on for long.</summary>
    public static bool IsOn => Folder is not null;

    private static string? Folder => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder ? folder : null;

    /// <summary>Keeps a figure for the target to print.</summary>
    public static void Report(string name, string text)
    {
        if (Folder is { } folder)
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, name + ".txt"), text + Environment.NewLine);
        }
    }
}
