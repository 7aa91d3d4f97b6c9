using System.ComponentModel;
using Composer.Core.Diagnostics;

namespace Composer.Build.CommandLine;

/// <summary>
/// Checks a command line before NUKE sees it, and writes it as NUKE means it. NUKE ignores unknown options,
/// keeps only the last of a repeated one, knows no <c>--name=value</c>, and has a meaning of its own for
/// <c>--profile</c>; here the first is a mistake and the others work.
/// </summary>
internal sealed class CommandLineGuard(IReadOnlyList<string> targets, IReadOnlyList<BuildParameter> parameters)
{
    /// <summary>The names that users write, and the parameters that they mean.</summary>
    private static readonly Dictionary<string, string> Aliases = new() { ["profile"] = "ExperimentProfile", ["h"] = "Help" };

    /// <summary>Parameters that only NUKE's own features use and that would shadow ours.</summary>
    private static readonly string[] Hidden = ["Profile"];

    private readonly List<BuildParameter> known =
        [.. parameters.Where(parameter => !Hidden.Contains(parameter.Name))];

    /// <summary>Every mistake in the arguments, and the arguments as NUKE takes them.</summary>
    public GuardedCommandLine Check(IReadOnlyList<string> arguments)
    {
        var mistakes = new List<string>();
        var named = arguments.TakeWhile(argument => !argument.StartsWith('-')).SelectMany(argument => argument.Split('+')).ToList();
        mistakes.AddRange(named.Where(name => !IsTarget(name)).Select(UnknownTarget));

        var options = new List<(BuildParameter Parameter, List<string> Values)>();
        foreach (var (written, values) in Options(arguments.SkipWhile(argument => !argument.StartsWith('-'))))
        {
            if (Find(written) is not { } parameter)
            {
                mistakes.Add(UnknownOption(written));
                continue;
            }

            mistakes.AddRange(WrongValues(parameter, written, values));
            var earlier = options.FirstOrDefault(option => option.Parameter == parameter);
            if (earlier.Parameter is not null && !parameter.IsList && !parameter.IsFlag)
            {
                mistakes.Add($"option '{written}' is given twice.");
            }
            else if (earlier.Parameter is not null)
            {
                earlier.Values.AddRange(values);
            }
            else
            {
                options.Add((parameter, values));
            }
        }

        string[] normalised = [.. named, .. options.SelectMany(option => option.Values.Prepend(option.Parameter.Option))];
        return new GuardedCommandLine(normalised, named, mistakes);
    }

    /// <summary>
    /// The environment variables that NUKE would take for parameters although nobody meant it:
    /// <c>--name</c> also binds from NAME. Those that begin with NUKE are meant.
    /// </summary>
    public IReadOnlyList<string> StrayVariables(IEnumerable<string> environment) =>
        [.. environment.Where(variable => parameters.Any(parameter => parameter.IsNamed(variable)))];

    private static IEnumerable<(string Written, List<string> Values)> Options(IEnumerable<string> arguments)
    {
        (string Written, List<string> Values)? current = null;
        foreach (var argument in arguments)
        {
            if (!argument.StartsWith('-'))
            {
                current!.Value.Values.Add(argument);
                continue;
            }

            if (current is not null)
            {
                yield return current.Value;
            }

            var equals = argument.IndexOf('=', StringComparison.Ordinal);
            current = equals < 0 ? (argument, []) : (argument[..equals], [argument[(equals + 1)..]]);
        }

        if (current is not null)
        {
            yield return current.Value;
        }
    }

    private static IEnumerable<string> WrongValues(BuildParameter parameter, string written, List<string> values)
    {
        if (parameter.IsList)
        {
            yield break;
        }

        if (values.Count > 1)
        {
            yield return $"option '{written}' takes one value, not {values.Count} ({string.Join(", ", values)}). "
                + "Targets come before options: ./build.sh Experiment --name quickstart";
        }
        else if (values.Count == 0 && !parameter.IsFlag)
        {
            yield return $"option '{written}' needs a value.";
        }
        else if (values.Count == 1 && !IsOfType(values[0], parameter.ValueType))
        {
            var expected = parameter.ValueType.IsEnum
                ? string.Join(" or ", Enum.GetNames(parameter.ValueType))
                : parameter.IsFlag ? "true or false" : "a whole number";
            yield return $"option '{written}': '{values[0]}' is not {expected}.";
        }
    }

    private static bool IsOfType(string value, Type type)
    {
        if (type.IsEnum)
        {
            return Enum.GetNames(type).Contains(value, StringComparer.OrdinalIgnoreCase);
        }

        return !type.IsPrimitive || TypeDescriptor.GetConverter(type).IsValid(value);
    }

    private bool IsTarget(string name) => targets.Any(target => BuildParameter.Letters(target) == BuildParameter.Letters(name));

    private BuildParameter? Find(string written)
    {
        var name = Aliases.GetValueOrDefault(BuildParameter.Letters(written), written);
        return known.FirstOrDefault(parameter => parameter.IsNamed(name));
    }

    private string UnknownTarget(string name) =>
        $"there is no target '{name}'. {Suggestion.DidYouMean(name, targets) ?? $"Targets: {string.Join(", ", targets)}."}";

    private string UnknownOption(string written)
    {
        var options = known.Select(parameter => parameter.Option)
            .Concat(Aliases.Keys.Where(alias => alias.Length > 1).Select(alias => $"--{alias}"));
        return $"there is no option '{written}'. {Suggestion.DidYouMean(written, options) ?? "'./build.sh --help' lists them."}";
    }
}
