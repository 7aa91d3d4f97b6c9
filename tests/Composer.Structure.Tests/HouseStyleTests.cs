using System.Text.RegularExpressions;

namespace Composer.Structure.Tests;

/// <summary>Rules of the house that a reader of the source can check; the analyzers hold the others.</summary>
public partial class HouseStyleTests
{
    private static readonly string[] EmptyNames = ["Utils", "Util", "Utilities", "Helpers", "Helper", "Common", "Manager", "Misc"];

    /// <summary>Where the letters are words, units of numbers, or bits of functions that searches are measured on.</summary>
    private static readonly string[] OtherLetters =
    [
        "src/Composer.Language/", "src/Composer.Pipeline/Tracing/", "src/Composer.Bench/Search/",
    ];

    private static readonly IReadOnlyList<SourceFile> Product = Clone.Sources("src");

    [Fact]
    public void A_folder_is_a_namespace() => Assert.Empty(
        from file in Product.Concat(Clone.Sources("tests"))
        where file.Namespace is { } space && space != file.ExpectedNamespace
        select $"{file.Path}: namespace {file.Namespace} should be {file.ExpectedNamespace}");

    [Fact]
    public void Nothing_has_a_name_that_says_nothing() => Assert.Empty(
        from file in Product
        from name in file.Types.Select(type => type.Name).Concat(file.Path.Split('/').SkipLast(1))
        where EmptyNames.Any(empty => name.EndsWith(empty, StringComparison.Ordinal))
        select $"{file.Path}: {name}");

    [Fact]
    public void Public_types_are_documented() => Assert.Empty(
        from file in Product
        from type in file.Types.Where(type => type.IsPublic)
        where !file.IsDocumented(type.Line) && !IsDocumentedElsewhere(type.Name)
        select $"{file.Path}({type.Line + 1}): {type.Name}");

    /// <summary>Elsewhere a symbol is asked of the registry; a notation in a table of presets is a notation.</summary>
    [Fact]
    public void Only_its_own_folder_knows_the_symbol_of_a_primitive()
    {
        var symbols = Product.Where(file => file.Path.EndsWith(".Description.cs", StringComparison.Ordinal))
            .Select(file => SymbolLine().Match(string.Join('\n', file.Lines)).Groups[1].Value).ToList();
        Assert.Contains("A", symbols);
        Assert.Empty(
            from file in Product
            where !file.Path.StartsWith("src/Composer.Training/Primitives/", StringComparison.Ordinal)
                && !OtherLetters.Any(other => file.Path.StartsWith(other, StringComparison.Ordinal))
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
    public void Decisions_say_their_number_their_date_and_whether_they_hold() => Assert.Empty(
        from file in Directory.EnumerateFiles(Path.Join(Clone.Root, "docs", "decisions"), "*.md")
        let name = Path.GetFileName(file)
        let lines = File.ReadAllLines(file)
        where !lines[0].StartsWith($"# {name[..4].TrimStart('0')}. ", StringComparison.Ordinal) || !DateAndStatus().IsMatch(lines[2])
        select name);

    [Fact]
    public void The_checks_see_the_source() =>
        Assert.Contains(Product.SelectMany(file => file.Types), type => type is { IsPublic: true, Name: "Digest" });

    [GeneratedRegex(@"^Date: \d{4}-\d{2}-\d{2}\. Status: (accepted( \(.+\))?|superseded by \d+)\.$")]
    private static partial Regex DateAndStatus();

    [GeneratedRegex("Symbol => '(.)'")]
    private static partial Regex SymbolLine();

    /// <summary>A partial type is documented where its main part stands.</summary>
    private static bool IsDocumentedElsewhere(string name) => Product.Any(file =>
        file.Types.Any(type => type.IsPublic && type.Name == name && file.IsDocumented(type.Line)));
}
