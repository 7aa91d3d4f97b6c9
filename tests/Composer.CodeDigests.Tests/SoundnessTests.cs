using Composer.CodeDigests.Model;
using Composer.CodeDigests.Reach;
using Composer.CodeDigests.Tests.Compiled;

namespace Composer.CodeDigests.Tests;

/// <summary>
/// What the compiled code can call, the derived reach has: the tool knows no types of values, and must still miss
/// nothing.
/// </summary>
public sealed class SoundnessTests(ITestOutputHelper output)
{
    private const string Torch = "Composer.Training.Torch";

    private static readonly string TorchAssembly = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../..", Torch,
        new DirectoryInfo(AppContext.BaseDirectory).Name, Torch + ".dll"));

    private static readonly CompiledProduct Compiled = new(Directory.EnumerateFiles(AppContext.BaseDirectory, "Composer.*.dll")
        .Where(p => !Path.GetFileName(p).Contains("CodeDigests", StringComparison.Ordinal))
        .Concat(HasTorch ? [TorchAssembly] : []));

    private static readonly Dictionary<string, SourceType> Types = Product.Table.Model.Types
        .GroupBy(t => $"{t.Namespace}.{t.Path.Replace('.', '+')}").ToDictionary(g => g.Key, g => g.First());

    public static TheoryData<string> Beginnings => [.. Product.Reached.Keys];

    /// <summary>Whether the engine that nothing here references is built, from these sources.</summary>
    private static bool HasTorch => File.Exists(TorchAssembly) && Product.Tree.Files.Where(f => f.Project == Torch)
        .All(f => File.GetLastWriteTimeUtc(Path.Combine(CloneRoot.Path, f.Path)) < File.GetLastWriteTimeUtc(TorchAssembly));

    [Theory]
    [MemberData(nameof(Beginnings))]
    public void Compiled_calls_are_in_the_derived_reach(string name)
    {
        var (closure, begin) = Begin(name);
        Assert.SkipUnless(HasTorch || begin.All(b => b.Type.Project != Torch), "The engine on TorchSharp is not built from these sources.");
        var (units, parts) = Whole(closure);
        var calls = Calls([.. begin, .. parts]);
        output.WriteLine($"{name}: {calls.Count} compiled methods, {units.Count} units");
        Assert.True(calls.Count >= begin.Count, "The compiled code begins nowhere.");
        var missing = Missing(calls, units);
        Assert.True(missing.Count == 0, $"{missing.Count} are missing: {string.Join(", ", missing.Take(60))}");
    }

    [Theory]
    [InlineData("root search", "CandidateResult.ScoreAfter")]
    [InlineData("root pretrain", "Rng.NextUInt64")]
    [InlineData("root pretrain", "AttentionLayer.Forward")]
    public void What_is_taken_out_of_the_reach_is_missed(string name, string unit)
    {
        var (closure, begin) = Begin(name);
        var (units, parts) = Whole(closure);
        Assert.NotEqual(0, units.RemoveWhere(u => u.ToString() == unit));
        Assert.Contains(Missing(Calls([.. begin, .. parts]), units), m => m.StartsWith(unit, StringComparison.Ordinal));
    }

    private static HashSet<(string Type, string Member)> Calls(IEnumerable<(SourceType, Unit?)> begin) =>
        Compiled.Reach(begin.SelectMany(Compile), type => Source(type) is not { } source || Product.Table.Markings.IsBoundary(source));

    private static SortedSet<string> Missing(IEnumerable<(string Type, string Member)> calls, HashSet<Unit> units) =>
        new(calls.SelectMany(c => UnitsOf(c.Type, c.Member).Where(u => !units.Contains(u)).Select(u => $"{u} ({c.Type}::{c.Member})")),
            StringComparer.Ordinal);

    private static (Closure Closure, IReadOnlyList<(SourceType Type, Unit? Member)> Begin) Begin(string name)
    {
        var words = name.Split(' ');
        return words[0] == "root"
            ? (Product.Table.Roots[words[1]], [.. Product.Table.Markings.Roots[words[1]].Select(u => (u.Type, (Unit?)u))])
            : (Product.Table.Parts[(words[1], words[2])], Product.Table.Markings.Registries.Single(r => r.Id == words[1]).Parts[words[2]]);
    }

    /// <summary>With all parts that it may use: the compiled code knows no keys that name some.</summary>
    private static (HashSet<Unit> Units, HashSet<(SourceType, Unit?)> Parts) Whole(Closure begin)
    {
        var (all, parts) = (new HashSet<Closure> { begin }, new HashSet<(SourceType, Unit?)>());
        var open = new Queue<Closure>(all);
        while (open.TryDequeue(out var next))
        {
            foreach (var registry in next.Registries)
            {
                parts.UnionWith(registry.Parts.Values.SelectMany(p => p).Where(p => HasTorch || p.Type.Project != Torch));
                foreach (var part in registry.Parts.Keys.Select(n => Product.Table.Parts[(registry.Id, n)]).Where(all.Add))
                {
                    open.Enqueue(part);
                }
            }
        }

        return ([.. all.SelectMany(c => c.Units.Keys)], parts);
    }

    /// <summary>A member; or a part, of which everything may be called.</summary>
    private static IEnumerable<(string Type, string Member)> Compile((SourceType Type, Unit? Member) begin)
    {
        var name = $"{begin.Type.Namespace}.{begin.Type.Path.Replace('.', '+')}";
        return begin.Member is { } member ? [(name, member.Name)] : Compiled.MethodsOf(name).Select(m => (name, m));
    }

    private static SourceType? Source(string type)
    {
        var name = type;
        while (name.LastIndexOf('+') is var plus and > 0 && name[(plus + 1)..].StartsWith('<'))
        {
            name = name[..plus];
        }

        return Types.GetValueOrDefault(name);
    }

    /// <summary>The units that a compiled method is of: the member that it was compiled from, or the type's header.</summary>
    private static IEnumerable<Unit> UnitsOf(string type, string member)
    {
        if (Source(type) is not { } source)
        {
            return [];
        }

        // <Run>d__3 of an iterator or an asynchronous method, <Run>b__0 of a lambda, <Run>g__Local|0 of a local function.
        var generated = type[(type.LastIndexOf('+') + 1)..];
        var from = member.StartsWith('<') ? member : generated.StartsWith('<') && !generated.StartsWith("<>", StringComparison.Ordinal)
            ? generated : member;
        if (from.StartsWith('<') && from.LastIndexOf('>') is var end and > 0)
        {
            from = from[1..end];
        }
        else if (generated.StartsWith("<>", StringComparison.Ordinal))
        {
            return [source.Header];
        }

        from = from == ".ctor" || from == ".cctor" ? from : from[(from.LastIndexOf('.') + 1)..];
        string[] names = from.StartsWith("op_", StringComparison.Ordinal) ? [Sources.DeclaredMember.Operator]
            : from is "get_Item" or "set_Item" ? [Sources.DeclaredMember.Indexer, "Item"]
            : from.StartsWith("get_", StringComparison.Ordinal) || from.StartsWith("set_", StringComparison.Ordinal)
                || from.StartsWith("add_", StringComparison.Ordinal) ? [from[4..]]
            : from.StartsWith("remove_", StringComparison.Ordinal) ? [from[7..]]
            : from == ".cctor" ? [Sources.DeclaredMember.Constructor]
            : [from];
        return names.SelectMany(n => source.ByName[n]).Append(source.Header);
    }
}
