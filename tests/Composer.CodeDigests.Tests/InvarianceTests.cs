using System.Text.RegularExpressions;
using Composer.CodeDigests.Binding;
using Composer.CodeDigests.Sources;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Composer.CodeDigests.Tests;

/// <summary>What changes no digest: comments, layout, names of locals, where a file lies, how its lines end.</summary>
public sealed class InvarianceTests(ITestOutputHelper output)
{
    private static readonly string[] Texts = [.. Product.Tree.Files.Select(f => f.Root.ToString())];

    [Fact]
    public void Comments_layout_and_line_ends_change_nothing() =>
        Assert.Equal(
            Product.Digests, Product.With([.. Product.Tree.Files.Select(f => SourceFile.Parse(f.Path, Restyle(f.Root), f.Project))]));

    [Fact]
    public void Order_of_files_changes_nothing()
    {
        var files = Product.Tree.Files.ToArray();
        new Random(17).Shuffle(files);
        Assert.Equal(Product.Table.ToString(), new CodeTable(files, Product.Tree.Projects).ToString());
    }

    [Fact]
    public void Another_clone_has_the_same_table()
    {
        var folder = Directory.CreateTempSubdirectory("composer-code-");
        try
        {
            var root = CloneRoot.Path;
            foreach (var path in Directory.EnumerateFiles(Path.Combine(root, "src"), "*", SearchOption.AllDirectories)
                .Append(Path.Combine(root, "Directory.Packages.props")))
            {
                var copy = Path.Combine(folder.FullName, Path.GetRelativePath(root, path));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(path, copy);
                File.SetLastWriteTimeUtc(copy, DateTime.UnixEpoch);
            }

            var tree = SourceTree.Read(folder.FullName);
            Assert.Equal(Product.Table.ToString(), new CodeTable(tree.Files, tree.Projects).ToString());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Every local of the product at once gets another name, but parameters: some calls give those by name.</summary>
    [Fact]
    public void Names_of_locals_change_nothing()
    {
        var renamed = 0;
        var files = Product.Tree.Files.Select(f => Rename(f, ref renamed)).ToArray();
        output.WriteLine($"{renamed} occurrences of locals renamed");
        Assert.True(renamed > 10_000, $"{renamed}");
        Assert.Equal(Product.Digests, Product.With(files));
    }

    [Fact]
    public void A_moved_file_with_another_namespace_changes_nothing()
    {
        var random = new Random(17);
        var files = Product.Tree.Files.Where(f => f.Types.Count > 0 && f.Root.Members is [FileScopedNamespaceDeclarationSyntax]).ToArray();
        random.Shuffle(files);
        foreach (var file in files.Where(CanMove).Take(Soak.IsOn ? 25 : 6))
        {
            var changed = Product.With([.. Move(file)]).Where(d => d.Value != Product.Digests[d.Key]).Select(d => d.Key).ToArray();
            Assert.True(changed.Length == 0, $"{file.Path} moved changed {string.Join(", ", changed)}");
        }
    }

    /// <summary>What would be found from the old namespace alone: a part of the type, or a name with the namespace or relative to it.</summary>
    private static bool CanMove(SourceFile file) => file.Types.All(t => !t.Syntax.Modifiers.Any(SyntaxKind.PartialKeyword))
        && !file.Types.Any(t => Texts.Any(text => text.Contains(Qualified(t), StringComparison.Ordinal)))
        && Product.Tree.Files.SelectMany(f => f.Types).Count(t => file.Types.Any(own => own.Path == t.Path)) == file.Types.Count;

    /// <summary>The file in a namespace of its own, and a using directive for it in every other.</summary>
    private static IEnumerable<SourceFile> Move(SourceFile file)
    {
        var space = file.Types[0].Namespace;
        var name = ((FileScopedNamespaceDeclarationSyntax)file.Root.Members[0]).Name;
        var text = file.Root.SyntaxTree.GetText().ToString();
        var usings = string.Concat(Above(space).Select(n => $"using {n};\n"));
        yield return SourceFile.Parse(
            $"src/{file.Project}/Moved/Here.cs", $"{usings}{text[..name.SpanStart]}{file.Project}.Moved.Here{text[name.Span.End..]}");
        foreach (var other in Product.Tree.Files)
        {
            yield return other.Path == file.Path
                ? SourceFile.Parse(other.Path, "// moved", other.Project)
                : Mentions(other, file) && Sees(other, file)
                    ? SourceFile.Parse(
                        other.Path, $"using {file.Project}.Moved.Here;\n{other.Root.SyntaxTree.GetText()}", other.Project) : other;
        }
    }

    private static IEnumerable<string> Above(string space)
    {
        for (; space.Length > 0; space = space[..Math.Max(0, space.LastIndexOf('.'))])
        {
            yield return space;
        }
    }

    /// <summary>As a static using, or an expression, would name it with a part of its namespace.</summary>
    private static string Qualified(DeclaredType type) => $"{type.Namespace.Split('.')[^1]}.{type.Path}";

    private static bool Sees(SourceFile other, SourceFile file) =>
        other.Types.Any(t => t.Namespace == file.Types[0].Namespace
            || t.Namespace.StartsWith(file.Types[0].Namespace + ".", StringComparison.Ordinal))
            || other.Namespaces.Contains(file.Types[0].Namespace);

    private static bool Mentions(SourceFile other, SourceFile file)
    {
        string[] types = [.. file.Types.Select(t => t.Path.Split('.', '`')[0])];
        var names = types.Concat(types.Where(t => t.EndsWith(nameof(Attribute), StringComparison.Ordinal)).Select(t => t[..^nameof(Attribute).Length]))
            .Concat(file.Types.SelectMany(t => t.Members).Where(m => m.IsExtension).Select(m => m.Name)).ToHashSet();
        return other.Root.DescendantTokens().Any(t => t.IsKind(SyntaxKind.IdentifierToken) && names.Contains(t.ValueText));
    }

    private static string Restyle(CompilationUnitSyntax root)
    {
        // Not into the parts of a string that are text.
        var text = new System.Text.StringBuilder();
        var at = 0;
        foreach (var token in root.DescendantTokens()
            .Where(t => t.Parent is not (InterpolationSyntax or InterpolatedStringTextSyntax or InterpolatedStringExpressionSyntax
            or InterpolationFormatClauseSyntax or InterpolationAlignmentClauseSyntax)
            && !t.Parent!.AncestorsAndSelf().Any(a => a is InterpolatedStringExpressionSyntax)))
        {
            var full = root.SyntaxTree.GetText().ToString(Microsoft.CodeAnalysis.Text.TextSpan.FromBounds(at, token.Span.End));
            text.Append(full).Append(token.IsKind(SyntaxKind.OpenBraceToken) ? " // more\n\n\t" : token.IsKind(SyntaxKind.CommaToken)
                ? " /* said */\n  " : "");
            at = token.Span.End;
        }

        return text.Append(root.SyntaxTree.GetText().ToString()[at..]).ToString().Replace("\n", "\r\n", StringComparison.Ordinal);
    }

    private static SourceFile Rename(SourceFile file, ref int renamed)
    {
        var text = new System.Text.StringBuilder();
        var (source, at) = (file.Root.SyntaxTree.GetText().ToString(), 0);
        var names = new SortedDictionary<int, SyntaxToken>();
        foreach (var member in file.Types.SelectMany(t => t.Members))
        {
            var locals = LocalNames.Of(member.Syntax);
            var fixedNames = member.Syntax.DescendantNodesAndSelf().OfType<ParameterSyntax>().Select(p => p.Identifier.ValueText)
                .Concat(member.Syntax.DescendantNodes().OfType<LocalFunctionStatementSyntax>()
                    .Where(f => f.Body is null && f.ExpressionBody is null).Select(f => f.Identifier.ValueText))
                .Concat(Shown(member.Syntax))
                .ToHashSet(StringComparer.Ordinal);
            foreach (var token in member.Syntax.DescendantTokens()
                .Where(t => t.IsKind(SyntaxKind.IdentifierToken) && locals.At(t) is not null && !fixedNames.Contains(t.ValueText)
                && t.ValueText != "_"))
            {
                names[token.SpanStart] = token;
            }
        }

        foreach (var token in names.Values)
        {
            text.Append(source, at, token.SpanStart - at).Append("renamed_").Append(token.ValueText);
            at = token.Span.End;
            renamed++;
        }

        return SourceFile.Parse(file.Path, text.Append(source, at, source.Length - at).ToString(), file.Project);
    }

    /// <summary>Names that come to light: by nameof, of a tuple's elements, in the message of a guard.</summary>
    private static IEnumerable<string> Shown(SyntaxNode node) => node.DescendantNodes().OfType<ArgumentSyntax>()
        .Where(a => a.Parent is TupleExpressionSyntax
            || (a.Parent?.Parent is InvocationExpressionSyntax call && Regex.IsMatch(call.Expression.ToString(), @"nameof$|ThrowIf\w*$")))
        .SelectMany(a => a.DescendantNodes().OfType<IdentifierNameSyntax>().Select(i => i.Identifier.ValueText))
        .Concat(node.DescendantNodes().OfType<AnonymousObjectMemberDeclaratorSyntax>()
            .SelectMany(a => a.DescendantNodes().OfType<IdentifierNameSyntax>()).Select(i => i.Identifier.ValueText));
}
