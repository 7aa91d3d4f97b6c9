using System.Text.RegularExpressions;
using Composer.Core;
using Composer.Store.Index;

namespace Composer.Store.Damage;

/// <summary>Which stages rest on a blob.</summary>
internal static partial class MadeFrom
{
    /// <summary>
    /// Every stage whose key names the blob, the stages whose keys name one of those, its outputs or what lies beside them, and so
    /// on. One that made the blob is none of them.
    /// </summary>
    public static IReadOnlySet<Digest> Of(Digest blob, SqliteIndex index)
    {
        var users = index.Query(
            "SELECT value, key FROM preimage WHERE type <> 'd' AND length(value) >= 64", r => (Value: r.GetString(0), Key: r.GetString(1)))
            .SelectMany(r => Named().Matches(r.Value).Select(m => (Name: m.Value, r.Key)))
            .ToLookup(r => r.Name, r => r.Key, StringComparer.Ordinal);
        var made = index.Query(
            "SELECT key, digest FROM outputs UNION ALL SELECT key, digest FROM beside UNION ALL SELECT key, output FROM stages",
            r => (Key: r.GetString(0), Made: r.GetString(1))).ToLookup(r => r.Key, r => r.Made, StringComparer.Ordinal);
        var found = new HashSet<string>(StringComparer.Ordinal);
        var names = new Queue<string>([blob.ToString()]);
        var seen = new HashSet<string>(names, StringComparer.Ordinal);
        while (names.TryDequeue(out var name))
        {
            foreach (var key in users[name].Where(found.Add))
            {
                foreach (var next in made[key].Append(key).Where(seen.Add))
                {
                    names.Enqueue(next);
                }
            }
        }

        return found.Select(Digest.Parse).ToHashSet();
    }

    /// <summary>Digests in a value: it may be a list of them.</summary>
    [GeneratedRegex("[0-9a-f]{64}")]
    private static partial Regex Named();
}
