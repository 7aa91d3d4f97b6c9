using System.Text;
using System.Text.Json;
using Composer.Language.Files;

namespace Composer.Language.Description;

/// <summary>The fields of JSONL, by its first lines.</summary>
internal static class JsonFields
{
    private const int LinesLookedAt = 1000;

    /// <returns>Fields in the order in which they come, each with its kinds; how many lines there are; and the first of them.</returns>
    /// <exception cref="Core.Diagnostics.UserInputException">The file is no UTF-8.</exception>
    public static (IReadOnlyList<(string Name, string Kind)> Fields, long Lines, IReadOnlyList<string> First) Of(string path, int samples)
    {
        var (names, kinds) = (new List<string>(), new Dictionary<string, SortedSet<string>>(StringComparer.Ordinal));
        var (count, objects, first) = (0L, 0, new List<string>());
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        using var lines = new Utf8Lines(path);
        while (lines.MoveNext())
        {
            if (lines.IsBlank)
            {
                continue;
            }

            if (first.Count < samples)
            {
                first.Add(Encoding.UTF8.GetString(lines.Line));
            }

            if (count++ < LinesLookedAt && Parse(lines.Line) is { } line)
            {
                objects++;
                using (line)
                {
                    foreach (var field in line.RootElement.EnumerateObject().DistinctBy(f => f.Name))
                    {
                        if (!kinds.TryGetValue(field.Name, out var known))
                        {
                            names.Add(field.Name);
                            kinds[field.Name] = known = new SortedSet<string>(StringComparer.Ordinal);
                        }

                        known.Add(KindOf(field.Value));
                        seen[field.Name] = seen.GetValueOrDefault(field.Name) + 1;
                    }
                }
            }
        }

        return ([.. names.Select(n => (n, string.Join(" or ", kinds[n]) + (seen[n] < objects ? ", may be missing" : "")))], count, first);
    }

    /// <summary>Null of what is no object, or cannot be read: that is told where it is refused.</summary>
    private static JsonDocument? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            var parsed = JsonText.LoneSurrogate(line) < 0 ? JsonDocument.Parse(line.ToArray()) : null;
            if (parsed is null or { RootElement.ValueKind: JsonValueKind.Object })
            {
                return parsed;
            }

            parsed.Dispose();
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string KindOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => "text",
        JsonValueKind.Number => "number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        JsonValueKind.Array => value.EnumerateArray().Select(KindOf).Distinct().ToList() is [var only] ? $"list of {only}" : "list",
        JsonValueKind.Object => "object",
        _ => "null",
    };
}
