using System.Text;

namespace Nuke.Common.Execution;

/// <summary>The answer to <c>--help</c>: targets with their direct dependencies, and parameters.</summary>
internal static class HelpText
{
    private const int LineWidth = 100;

    public static void Write(NukeBuild build, TextWriter output)
    {
        output.WriteLine("Targets (with their direct dependencies):");
        output.WriteLine();
        var listed = build.ExecutableTargets.Where(target => target.Listed).ToList();
        var width = Math.Max(listed.Max(target => target.Name.Length + (target.IsDefault ? " (default)".Length : 0)), 20);
        foreach (var target in listed)
        {
            var name = target.Name + (target.IsDefault ? " (default)" : "");
            var dependencies = target.ExecutionDependencies.Count > 0
                ? $" -> {string.Join(", ", target.ExecutionDependencies.Select(dependency => dependency.Name))}"
                : "";
            output.WriteLine($"  {name.PadRight(width)}{dependencies}".TrimEnd());
            if (target.Description is { } description)
            {
                output.WriteLine($"    {description}");
            }
        }

        WriteParameters(build, output);
    }

    /// <summary><c>NoLogo</c> is written <c>no-logo</c>.</summary>
    public static string Dashed(string name)
    {
        var dashed = new StringBuilder();
        foreach (var character in name)
        {
            if (char.IsUpper(character) && dashed.Length > 0)
            {
                dashed.Append('-');
            }

            dashed.Append(char.ToLowerInvariant(character));
        }

        return dashed.ToString();
    }

    private static void WriteParameters(NukeBuild build, TextWriter output)
    {
        var parameters = ParameterService.ParametersOf(build.GetType()).Where(parameter => parameter.Attribute.List).ToList();
        var width = Math.Max(parameters.Max(parameter => Dashed(parameter.Name).Length), 16);
        output.WriteLine();
        output.WriteLine("Parameters:");
        foreach (var group in parameters.GroupBy(parameter => parameter.Member.DeclaringType == typeof(NukeBuild)).OrderBy(group => group.Key))
        {
            output.WriteLine();
            foreach (var (name, _, attribute) in group)
            {
                var lines = Wrap(attribute.Description ?? "<no description>", LineWidth - width - 6);
                output.WriteLine($"  --{Dashed(name).PadRight(width)}  {lines[0]}");
                foreach (var line in lines.Skip(1))
                {
                    output.WriteLine(new string(' ', width + 6) + line);
                }
            }
        }
    }

    private static List<string> Wrap(string text, int width)
    {
        var lines = new List<string> { "" };
        foreach (var word in text.Split(' '))
        {
            if (lines[^1].Length > 0 && lines[^1].Length + 1 + word.Length > width)
            {
                lines.Add("");
            }

            lines[^1] += lines[^1].Length > 0 ? $" {word}" : word;
        }

        return lines;
    }
}
