namespace Composer.Cli.Commands;

/// <summary>The user's or the cluster's own values of <c>[agents]</c>, which no clone holds.</summary>
internal static class AgentsFile
{
    private const string Variable = "COMPOSER_AGENTS";

    /// <summary>COMPOSER_AGENTS, or <c>~/.config/composer/agents.toml</c>; null when there is none.</summary>
    public static string? Path()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
        {
            return named;
        }

        var folder = Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        var file = System.IO.Path.Combine(folder, "composer", "agents.toml");
        return folder.Length > 0 && File.Exists(file) ? file : null;
    }
}
