using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Composer.CodeDigests.Sources;

/// <summary>A parsed source file. Immutable and thread-safe.</summary>
/// <remarks>
/// Line ends count as <c>\n</c>, whatever the checkout made of them. Preprocessor symbols are none: code that a
/// directive could leave out is refused, since a digest would not know of it.
/// </remarks>
public sealed class SourceFile
{
    private static readonly CSharpParseOptions Options = new(LanguageVersion.Preview, DocumentationMode.None);

    private SourceFile(string path, string project, CompilationUnitSyntax root)
    {
        (Path, Project, Root) = (path, project, root);
        Namespaces = [.. Usings.Where(u => u is { StaticKeyword.RawKind: 0, Alias: null }).Select(u => u.NamespaceOrType.ToString())];
        Statics = [.. Usings.Where(u => u.StaticKeyword.RawKind != 0).Select(u => u.NamespaceOrType)];
        Aliases = Usings.Where(u => u.Alias is not null)
            .ToDictionary(u => u.Alias!.Name.Identifier.ValueText, u => u.NamespaceOrType, StringComparer.Ordinal);
        Types = [.. DeclaredType.Of(this)];
    }

    /// <summary>From the clone's root, with slashes.</summary>
    public string Path { get; }

    /// <summary>The project's name.</summary>
    public string Project { get; }

    /// <summary>What the file declares.</summary>
    internal IReadOnlyList<DeclaredType> Types { get; }

    internal CompilationUnitSyntax Root { get; }

    /// <summary>The attributes of the assembly that the file states.</summary>
    internal IEnumerable<AttributeSyntax> AssemblyAttributes => Root.AttributeLists.SelectMany(l => l.Attributes);

    /// <summary>The namespaces that are imported.</summary>
    internal IReadOnlyList<string> Namespaces { get; }

    /// <summary>The types whose members are imported.</summary>
    internal IReadOnlyList<TypeSyntax> Statics { get; }

    internal IReadOnlyDictionary<string, TypeSyntax> Aliases { get; }

    private IEnumerable<UsingDirectiveSyntax> Usings =>
        Root.Usings.Concat(Root.Members.OfType<BaseNamespaceDeclarationSyntax>().SelectMany(n => n.Usings));

    /// <summary>Parses a file of a product project.</summary>
    /// <param name="path">Such as <c>src/Composer.Core/Seed.cs</c>.</param>
    /// <param name="text">Its content.</param>
    /// <param name="project">The project that compiles it; null for that of its folder.</param>
    /// <exception cref="CodeDigestException">The file cannot be parsed, or is compiled in part only.</exception>
    public static SourceFile Parse(string path, string text, string? project = null)
    {
        var tree = CSharpSyntaxTree.ParseText(text.Replace("\r\n", "\n", StringComparison.Ordinal), Options);
        if (tree.GetDiagnostics().FirstOrDefault(d => d.Severity == DiagnosticSeverity.Error) is { } error)
        {
            throw At(error.Location, error.GetMessage());
        }

        var root = tree.GetCompilationUnitRoot();
        if (root.ContainsDirectives && root.DescendantTrivia()
            .FirstOrDefault(t => t.IsKind(SyntaxKind.IfDirectiveTrivia)) is { RawKind: not 0 } directive)
        {
            throw At(directive.GetLocation(), "The digests of code know no conditional compilation. Decide when the program runs.");
        }

        if (text.Contains("ModuleInitializer", StringComparison.Ordinal) && root.DescendantNodes().OfType<AttributeSyntax>()
            .FirstOrDefault(a => a.Name.ToString().Contains("ModuleInitializer", StringComparison.Ordinal)) is { } early)
        {
            throw At(early.GetLocation(), "The digests of code know nothing that runs without being named. Call it where it is needed.");
        }

        return root.Usings.FirstOrDefault(u => u.GlobalKeyword.RawKind != 0) is { } global
            ? throw At(global.GetLocation(), "The digests of code know no global using. Write it in the files that need it.")
            : new SourceFile(path, project ?? project ?? path.Split('/')[1], root);

        CodeDigestException At(Location location, string message)
        {
            var start = location.GetLineSpan().StartLinePosition;
            return new CodeDigestException($"{path}({start.Line + 1},{start.Character + 1}): error CMP9001: {message}");
        }
    }
}
