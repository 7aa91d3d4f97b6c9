using Composer.Core.Code;
using Composer.Pipeline.Keys;
using Composer.Training.Engines;

namespace Composer.Stages.Code;

/// <summary>The digests of the code that computes stages, as this build of the product has it.</summary>
[CodeBoundary]
public static class CodeDigest
{
    private static readonly Lazy<CodeTable> Table = new(Read);

    /// <summary>A computation's code with that of the parts that it uses.</summary>
    /// <param name="root">Its name, as <see cref="CodeRootAttribute"/> says it.</param>
    /// <param name="uses">The parts of each kind; of a kind that is not named, every part counts that can be reached.</param>
    /// <exception cref="ArgumentException">There is no such computation or part.</exception>
    public static JobCode Of(string root, params IReadOnlyList<CodeUse> uses) => Table.Value.Of(root, uses);

    /// <summary>The version of a package that some project of the product is built with.</summary>
    public static string VersionOf(string package) =>
        Table.Value.VersionOf(package) ?? throw new ArgumentException($"No project is built with {package}.", nameof(package));

    /// <summary>Whether a built engine computes what this build's keys say that it does.</summary>
    public static bool IsThatOf(EnginePlugin plugin)
    {
        CodeTable built;
        try
        {
            built = CodeTable.Parse(plugin.BuiltFrom);
        }
        catch (FormatException)
        {
            return false;
        }

        return built.OfPart("engine", plugin.Name) is { } code
            && code == Table.Value.OfPart("engine", plugin.Name)
            && EnginePlugin.Packages.All(p => built.VersionOf(p) == Table.Value.VersionOf(p));
    }

    private static CodeTable Read()
    {
        using var list = typeof(CodeDigest).Assembly.GetManifestResourceStream(CodeTable.Resource)
            ?? throw new InvalidOperationException($"{typeof(CodeDigest).Assembly.GetName().Name} carries no {CodeTable.Resource}.");
        using var reader = new StreamReader(list);
        return CodeTable.Parse(reader.ReadToEnd().Split('\n'));
    }
}
