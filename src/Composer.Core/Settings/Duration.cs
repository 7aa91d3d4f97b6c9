using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Composer.Core.Settings;

/// <summary>A duration as manifests write it, a number and a unit: <c>1.5 h</c>. Longer than nothing and at most a year.</summary>
/// <remarks>An immutable value; equal when the texts are.</remarks>
[JsonConverter(typeof(TextConverter<Duration>))]
public sealed partial record Duration : IParsable<Duration>
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(365);

    private readonly string text;

    private Duration(string text, TimeSpan value) => (this.text, Value) = (text, value);

    /// <summary>How long it is.</summary>
    public TimeSpan Value { get; }

    /// <summary>Reads a number and d, h, min or s.</summary>
    /// <exception cref="FormatException">The text is no duration.</exception>
    public static Duration Parse(string text, IFormatProvider? provider = null) => TryParse(text, provider, out var duration)
        ? duration
        : throw new FormatException($"'{text}' is no duration. Write a number and d, h, min or s, such as \"2 h\"; at most a year.");

    /// <summary>As <see cref="Parse"/>; false when the text is no duration.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, IFormatProvider? provider, [NotNullWhen(true)] out Duration? duration)
    {
        duration = null;
        var match = Form().Match(text ?? "");
        if (!match.Success
            || !double.TryParse(match.Groups["number"].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        var seconds = number * match.Groups["unit"].Value switch { "d" => 86_400, "h" => 3600, "min" => 60, _ => 1 };
        duration = seconds > 0 && seconds <= Longest.TotalSeconds ? new Duration(text!, TimeSpan.FromSeconds(seconds)) : null;
        return duration is not null;
    }

    /// <summary>As it was written.</summary>
    public override string ToString() => text;

    [GeneratedRegex(@"\A(?<number>[0-9]{1,9}(\.[0-9]{1,6})?) ?(?<unit>d|h|min|s)\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
