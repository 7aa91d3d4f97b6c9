using System.Globalization;
using System.Text.RegularExpressions;

namespace Composer.Core.Faults;

/// <summary>
/// One fault that a test puts into a process: <c>blob-named@2:kill</c> kills it when it comes by that
/// <see cref="PublishingPoint"/> for the second time, <c>write@5+:enospc</c> fails its fifth write and all after it.
/// </summary>
/// <param name="At">A point's name, or that of a kind of operation.</param>
/// <param name="Occurrence">Which time, from 1.</param>
/// <param name="Persists">Whether every later time too.</param>
/// <param name="Action">What happens.</param>
public sealed partial record Fault(string At, long Occurrence, bool Persists, FaultAction Action)
{
    private static readonly Dictionary<string, FaultAction> Actions = new(StringComparer.Ordinal)
    {
        ["kill"] = FaultAction.Kill,
        ["kill-parent"] = FaultAction.KillParent,
        ["kill-both"] = FaultAction.KillBoth,
        ["eio"] = FaultAction.InputOutputError,
        ["enospc"] = FaultAction.NoSpace,
        ["erofs"] = FaultAction.ReadOnly,
        ["short"] = FaultAction.ShortWrite,
        ["busy"] = FaultAction.Busy,
    };

    private long times;

    /// <summary>How often what it waits for has happened.</summary>
    public long Times => Interlocked.Read(ref times);

    /// <exception cref="FormatException">The text is no fault.</exception>
    public static Fault Parse(string text)
    {
        var match = Form().Match(text);
        return match.Success && Actions.TryGetValue(match.Groups["action"].Value, out var action)
            ? new Fault(
                match.Groups["at"].Value,
                match.Groups["n"].Success ? long.Parse(match.Groups["n"].Value, CultureInfo.InvariantCulture) : 1,
                match.Groups["more"].Length > 0,
                action)
            : throw new FormatException($"'{text}' is no fault; one is POINT@N:ACTION, such as blob-named@2:kill.");
    }

    /// <summary>A point's name as a fault has it.</summary>
    public static string NameOf(PublishingPoint point) => Capital().Replace(point.ToString(), "-$0").TrimStart('-').ToLowerInvariant();

    /// <summary>Counts that something of this name happens; whether the fault strikes now.</summary>
    public bool Strikes(string at)
    {
        if (at != At)
        {
            return false;
        }

        var time = Interlocked.Increment(ref times);
        return time == Occurrence || (Persists && time > Occurrence);
    }

    [GeneratedRegex("^(?<at>[a-z-]+)(@(?<n>[1-9][0-9]{0,8})(?<more>\\+?))?:(?<action>[a-z-]+)$")]
    private static partial Regex Form();

    [GeneratedRegex("[A-Z]")]
    private static partial Regex Capital();
}
