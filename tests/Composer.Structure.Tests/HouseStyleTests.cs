using System.Text.RegularExpressions;

namespace Composer.Structure.Tests;

/// <summary>Rules of the house that a reader of the source can check; the analyzers hold the others.</summary>
public partial class HouseStyleTests
{
    private static readonly string[] s_emptyNames = ["Utils", "Util", "Utilities", "Helpers", "Helper", "Common", "Manager", "Misc"];

    /// <summary>Where the letters are words, units of numbers, or bits of functions that searches are measured on.</summary>
    private static readonly string[] s_ofOtherLetters =
        ["src/Composer.Language/", "src/Composer.Pipeline/Tracing/", "src/Composer.Search/Benchmarks/"];

    private static readonly IReadOnlyList<SourceFile> s_product = Clone.Sources("src");

    [Fact]
    public void A_folder_is_a_namespace() => Assert.Empty(
        from file in s_product.Concat(Clone.Sources("tests"))
        where file.Namespace is { } space && space != file.ExpectedNamespace
        select $"{file.Path}: namespace {file.Namespace} should be {file.ExpectedNamespace}");

    [Fact]
    public void Nothing_has_a_name_that_says_nothing() => Assert.Empty(
        from file in s_product
        from name in file.Types.Select(type => type.Name).Concat(file.Path.Split('/').SkipLast(1))
        where s_emptyNames.Any(empty => name.EndsWith(empty, StringComparison.Ordinal))
        select $"{file.Path}: {name}");

    [Fact]
    public void Public_types_are_documented() => Assert.Empty(
        from file in s_product
        from type in file.Types.Where(type => type.IsPublic)
        where !file.IsDocumented(type.Line) && !IsDocumentedElsewhere(type.Name)
        select $"{file.Path}({type.Line + 1}): {type.Name}");

    /// <summary>Elsewhere a symbol is asked of the registry; a notation in a table of presets is a notation.</summary>
    [Fact]
    public void Only_its_own_folder_knows_the_symbol_of_a_primitive()
    {
        var symbols = s_product.Where(file => file.Path.EndsWith(".Description.cs", StringComparison.Ordinal))
            .Select(file => SymbolLine().Match(string.Join('\n', file.Lines)).Groups[1].Value).ToList();
        Assert.Contains("A", symbols);
        Assert.Empty(
            from file in s_product
            where !file.Path.StartsWith("src/Composer.Training/Primitives/", StringComparison.Ordinal)
                && !s_ofOtherLetters.Any(other => file.Path.StartsWith(other, StringComparison.Ordinal))
            from line in file.Lines.Index()
            where !line.Item.TrimStart().StartsWith("//", StringComparison.Ordinal)
            where symbols.Any(symbol => Regex.IsMatch(line.Item, $"['\"]{symbol}['\"]"))
            select $"{file.Path}({line.Index + 1}): {line.Item.Trim()}");
    }

    [Fact]
    public void The_architecture_fits_one_page() =>
        Assert.True(File.ReadAllLines(Path.Join(Clone.Root, "docs", "architecture.md")).Length <= 60);

    [Fact]
    public void Decisions_are_numbered_and_short() => Assert.Empty(
        from file in Directory.EnumerateFiles(Path.Join(Clone.Root, "docs", "decisions"), "*.md")
        let name = Path.GetFileName(file)
        where !char.IsAsciiDigit(name[0]) || File.ReadAllLines(file).Length > 40
        select name);

    [Fact]
    public void The_checks_see_the_source() => Assert.Contains(s_product.SelectMany(file => file.Types), type => type is { IsPublic: true, Name: "Digest" });

    [GeneratedRegex("Symbol => '(.)'")]
    private static partial Regex SymbolLine();

    /// <summary>A partial type is documented where its main part stands.</summary>
    private static bool IsDocumentedElsewhere(string name) => s_product.Any(file =>
        file.Types.Any(type => type.IsPublic && type.Name == name && file.IsDocumented(type.Line)));
}
