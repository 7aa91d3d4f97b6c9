using System.Collections.Concurrent;
using Composer.Core;
using Composer.Core.Code;
using Composer.Pipeline.Keys;

namespace Composer.Stages.Code;

/// <summary>
/// The digests of the code of every computation and of every part that one may use, as a build derived them from the
/// sources (<c>build/code-digests</c>, decision 0016). Immutable and thread-safe.
/// </summary>
[CodeBoundary]
public sealed class CodeTable
{
    /// <summary>The name of the resource that a build embeds.</summary>
    public const string Resource = "code-digests.txt";

    private readonly Dictionary<string, Entry> roots = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Kind, SortedDictionary<string, Entry> Parts)> registries = new(StringComparer.Ordinal);

    /// <summary>A plan asks for the same few many hundred times.</summary>
    private readonly ConcurrentDictionary<string, JobCode> answers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> packages = new(StringComparer.Ordinal);

    private CodeTable()
    {
    }

    /// <summary>Reads a table; lines of other sorts are passed over.</summary>
    /// <exception cref="FormatException">A line lacks something.</exception>
    public static CodeTable Parse(IEnumerable<string> lines)
    {
        var table = new CodeTable();
        foreach (var line in lines)
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            switch (words)
            {
                case ["root", var name, var digest, .. var reached]:
                    table.roots.Add(name, new Entry($"root {name} {digest}", reached));
                    break;
                case ["registry", var id, var kind]:
                    table.registries[id] = (kind, table.registries.TryGetValue(id, out var early) ? early.Parts : New());
                    break;
                case ["part", var id, var name, var digest, .. var reached]:
                    if (!table.registries.TryGetValue(id, out var registry))
                    {
                        table.registries[id] = registry = (id, New());
                    }

                    registry.Parts.Add(name, new Entry($"part {id} {name} {digest}", reached));
                    break;
                case ["package", var name, var version]:
                    table.packages[name] = version;
                    break;
                case ["root" or "registry" or "part" or "package", ..]:
                    throw new FormatException($"'{line}' is no line of a table of code.");
            }
        }

        var missing = table.roots.Values.Concat(table.registries.Values.SelectMany(r => r.Parts.Values)).SelectMany(e => e.Registries)
            .FirstOrDefault(id => !table.registries.ContainsKey(id));
        return missing is null ? table : throw new FormatException($"The table of code reaches '{missing}' and does not have it.");

        static SortedDictionary<string, Entry> New() => new(StringComparer.Ordinal);
    }

    /// <summary>A computation's code with that of the parts that it uses.</summary>
    /// <param name="root">Its name, as <see cref="CodeRootAttribute"/> says it.</param>
    /// <param name="uses">The parts of each kind; of a kind that is not named, every part counts that can be reached.</param>
    /// <exception cref="ArgumentException">There is no such computation or part.</exception>
    public JobCode Of(string root, params IReadOnlyList<CodeUse> uses) =>
        answers.GetOrAdd($"{root} {string.Join(' ', uses)}", _ => Find(root, uses));

    /// <summary>The digest of a part's code with all that it may use in turn; null when there is no such part.</summary>
    public Digest? OfPart(string kind, string name) =>
        registries.Values.Where(r => r.Kind == kind && r.Parts.ContainsKey(name)).Select(r => r.Parts[name]).FirstOrDefault() is { } entry
            ? Digest.Of(
                string.Join('\n', PartsOf(entry, [new CodeUse(kind, name)]).SelectMany(p => p.Value).Append(entry.Line).Order(StringComparer.Ordinal)))
            : null;

    /// <summary>The version of a package that some project is built with; null when none is.</summary>
    public string? VersionOf(string package) => packages.GetValueOrDefault(package);

    private JobCode Find(string root, IReadOnlyList<CodeUse> uses)
    {
        foreach (var use in uses)
        {
            foreach (var name in use.Names.Where(n => !registries.Values.Any(r => r.Kind == use.Kind && r.Parts.ContainsKey(n))))
            {
                throw new ArgumentException($"The table of code has no {use.Kind} '{name}'.", nameof(uses));
            }
        }

        return roots.TryGetValue(root, out var entry)
            ? new JobCode(Digest.Of(entry.Line))
            {
                Parts = PartsOf(entry, uses).ToDictionary(p => p.Key, p => Digest.Of(string.Join('\n', p.Value))),
            }
            : throw new ArgumentException($"The table of code has no computation '{root}'.", nameof(root));
    }

    /// <summary>The lines of the parts used, by kind and name: one name may stand in several registries of a kind.</summary>
    private SortedDictionary<string, SortedSet<string>> PartsOf(Entry begin, IReadOnlyList<CodeUse> uses)
    {
        var used = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        var open = new Queue<string>(begin.Registries);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (open.TryDequeue(out var id))
        {
            if (!seen.Add(id))
            {
                continue;
            }

            var (kind, parts) = registries[id];
            var use = uses.FirstOrDefault(u => u.Kind == kind);
            foreach (var (name, part) in parts.Where(p => use is null || use.Names.Contains(p.Key)))
            {
                var lines = used.TryGetValue($"{kind}.{name}", out var earlier)
                    ? earlier
                    : used[$"{kind}.{name}"] = new(StringComparer.Ordinal);
                lines.Add(part.Line);
                foreach (var registry in part.Registries)
                {
                    open.Enqueue(registry);
                }
            }
        }

        return used;
    }

    private sealed record Entry(string Line, string[] Registries);
}
