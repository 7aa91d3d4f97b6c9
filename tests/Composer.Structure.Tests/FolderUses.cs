using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Composer.Structure.Tests;

/// <summary>Finds which folders name types of which others, as the compiler resolves the names.</summary>
internal static class FolderUses
{
    /// <summary>What the SDK imports into every file.</summary>
    private const string Implicit = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    /// <summary>Files in a folder of their own that another project compiles: by the end of their names.</summary>
    private static readonly (string Ending, string Project)[] Elsewhere =
        [(".Torch.cs", "Composer.Training.Torch"), (".Description.cs", "Composer.Architecture")];

    private static readonly string[] Framework =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(f => Path.GetFileName(f).StartsWith("System.", StringComparison.Ordinal)),
    ];

    /// <summary>The uses in files, given by their paths below the folder of the projects and their texts.</summary>
    public static IReadOnlyList<FolderUse> In(IReadOnlyList<(string Path, string Text)> files)
    {
        var options = new CSharpParseOptions(LanguageVersion.Preview);
        SyntaxTree[] trees = [.. files.Append((Path: "", Text: Implicit)).Select(f => CSharpSyntaxTree.ParseText(f.Text, options, f.Path))];
        var compilation = CSharpCompilation.Create("all", trees, Framework.Select(f => MetadataReference.CreateFromFile(f)));
        var names = trees.SelectMany(NamesIn).ToHashSet(StringComparer.Ordinal);
        return [.. trees.AsParallel().SelectMany(tree => UsesIn(tree, names, compilation)).Distinct()];
    }

    /// <summary>The names of types and of extension methods that a file declares: no others are looked up.</summary>
    private static IEnumerable<string> NamesIn(SyntaxTree tree) => tree.GetRoot().DescendantNodes().Select(node => node switch
    {
        BaseTypeDeclarationSyntax type => type.Identifier.Text,
        DelegateDeclarationSyntax type => type.Identifier.Text,
        MethodDeclarationSyntax { ParameterList.Parameters: [{ Modifiers: { Count: > 0 } }, ..] } method => method.Identifier.Text,
        _ => null,
    }).OfType<string>();

    private static IEnumerable<FolderUse> UsesIn(SyntaxTree tree, HashSet<string> names, Compilation compilation)
    {
        if (HomeOf(tree.FilePath) is not { Folder: { } folder } home)
        {
            return [];
        }

        var model = compilation.GetSemanticModel(tree);
        return
            from name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>()
            where names.Contains(name.Identifier.Text)
            where name.FirstAncestorOrSelf<UsingDirectiveSyntax>() is null or { StaticKeyword.RawKind: not 0 }
            let type = TypeOf(model, name)
            where type is not null
            from declared in type.DeclaringSyntaxReferences
            let there = HomeOf(declared.SyntaxTree.FilePath)
            where there.Project == home.Project && there.Folder is not null && there.Folder != folder
            select new FolderUse(home.Project!, folder, there.Folder!, Path.GetFileName(tree.FilePath), type.Name);
    }

    /// <summary>The outermost type that a name stands for, or that has the extension.</summary>
    private static INamedTypeSymbol? TypeOf(SemanticModel model, SimpleNameSyntax name)
    {
        var symbol = model.GetSymbolInfo(name).Symbol;
        var type = symbol switch
        {
            INamedTypeSymbol named => named.OriginalDefinition,
            IMethodSymbol { MethodKind: MethodKind.Constructor } constructor => constructor.ContainingType.OriginalDefinition,
            IMethodSymbol { MethodKind: MethodKind.ReducedExtension } extension => extension.ContainingType,
            _ => null,
        };
        while (type?.ContainingType is { } outer)
        {
            type = outer;
        }

        return type;
    }

    private static (string? Project, string? Folder) HomeOf(string path)
    {
        var parts = path.Split('/');
        if (parts.Length < 2)
        {
            return (null, null);
        }

        var project = Elsewhere.Where(e => parts[0] != e.Project && path.EndsWith(e.Ending, StringComparison.Ordinal))
            .Select(e => e.Project).FirstOrDefault();
        return (project ?? parts[0], parts.Length > 2 ? parts[1] : null);
    }
}
