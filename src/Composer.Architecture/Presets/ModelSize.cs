using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;
using Composer.Core.Diagnostics;
using Composer.Core.Settings;

namespace Composer.Architecture.Presets;

/// <summary>A target size: a number of parameters, and the widths that go with it where it is a published one.</summary>
/// <param name="Parameters">Parameters without norms and embedding, at least 1.</param>
/// <param name="Preset">The published size with this number, or null: then the widths must be given.</param>
[JsonConverter(typeof(TextConverter<ModelSize>))]
public sealed record ModelSize(long Parameters, SizePreset? Preset) : IParsable<ModelSize>
{
    private const string Units = "KMBT";

    /// <summary>The shortest exact text, such as <c>1B</c> or <c>4.5M</c>.</summary>
    public string Name
    {
        get
        {
            var power = Units.Length;
            while (power > 0 && Parameters < Thousand(power))
            {
                power--;
            }

            // 19 digits at most: decimal holds the quotient exactly.
            var mantissa = (decimal)Parameters / Thousand(power);
            var unit = power == 0 ? "" : Units[power - 1].ToString();
            return mantissa.ToString("0.############", CultureInfo.InvariantCulture) + unit;
        }
    }

    /// <summary>Reads <c>350M</c>, <c>4.5M</c>, <c>1.3B</c>, <c>1000000</c>: digits, a fraction, one of K, M, B, T.</summary>
    /// <exception cref="FormatException">The text is no size.</exception>
    public static ModelSize Parse(string text) =>
        TryParse(text, out var size, out var error) ? size : throw new FormatException(error);

    /// <summary>As <see cref="Parse"/>; false with what is wrong and how to mend it.</summary>
    public static bool TryParse(
        string? text,
        [NotNullWhen(true)] out ModelSize? size,
        [NotNullWhen(false)] out string? error)
    {
        size = null;
        error = null;
        var trimmed = (text ?? "").Trim();
        var power = trimmed.Length == 0 ? -1 : Units.IndexOf(char.ToUpperInvariant(trimmed[^1]), StringComparison.Ordinal);
        var digits = power < 0 ? trimmed : trimmed[..^1].TrimEnd();
        if (!decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var mantissa))
        {
            var suggestion = Suggestion.DidYouMean(trimmed, SizePreset.All.Select(p => p.Name));
            error = $"'{text}' is no size. " + (suggestion ?? "Write 350M, 1B or 3B, or a number such as 4.5M.");
            return false;
        }

        if (mantissa <= 0 || mantissa > long.MaxValue / Thousand(power + 1))
        {
            error = $"The size '{text}' is out of range. A size is between 1 and {long.MaxValue} parameters.";
            return false;
        }

        var parameters = mantissa * Thousand(power + 1);
        if (parameters != decimal.Truncate(parameters))
        {
            error = $"The size '{text}' is no whole number of parameters. Write fewer decimals.";
            return false;
        }

        var count = (long)parameters;
        size = new ModelSize(count, SizePreset.All.FirstOrDefault(p => p.Parameters == count));
        return true;
    }

    static ModelSize IParsable<ModelSize>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<ModelSize>.TryParse(string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out ModelSize result) =>
        TryParse(s, out result, out _);

    public override string ToString() => Name;

    private static decimal Thousand(int power)
    {
        var value = 1m;
        for (var i = 0; i < power; i++)
        {
            value *= 1000;
        }

        return value;
    }
}
