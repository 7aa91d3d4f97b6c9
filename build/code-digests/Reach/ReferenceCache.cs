using Composer.CodeDigests.Binding;
using Composer.CodeDigests.Model;
using Composer.CodeDigests.Sources;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Composer.CodeDigests.Reach;

/// <summary>What units name, each found once. Not thread-safe.</summary>
internal sealed class ReferenceCache(CodeModel model)
{
    private readonly Dictionary<Unit, UnitReferences> whole = [];
    private readonly Dictionary<Unit, UnitReferences> signatures = [];
    private readonly Dictionary<(SourceType, string), UnitReferences> headers = [];

    public UnitReferences Of(Unit unit) => whole.TryGetValue(unit, out var known) ? known : whole[unit] = UnitText.Read(model, unit);

    /// <summary>What a member's signature names.</summary>
    public UnitReferences OfSignature(Unit unit) => signatures.TryGetValue(unit, out var known) ? known
        : signatures[unit] = UnitText.ReadSignature(model, unit);

    /// <summary>What the type of a field or a property names that belongs to a type's header.</summary>
    public UnitReferences OfHeaderMember(SourceType type, string name)
    {
        if (headers.TryGetValue((type, name), out var known))
        {
            return known;
        }

        var references = headers[(type, name)] = new UnitReferences();
        foreach (var (around, written) in type.Declarations.SelectMany(d => TypesOf(d, name).Select(t => (d, t))))
        {
            new Binder(model, around, type, LocalNames.Of(written), references).Visit(written);
        }

        return references;
    }

    private static IEnumerable<TypeSyntax> TypesOf(DeclaredType declaration, string name)
    {
        if (declaration.Syntax is not TypeDeclarationSyntax type)
        {
            return [];
        }

        return type.Members.SelectMany(m => m switch
        {
            PropertyDeclarationSyntax p when p.Identifier.ValueText == name => [p.Type],
            BaseFieldDeclarationSyntax f when f.Declaration.Variables.Any(v => v.Identifier.ValueText == name) => [f.Declaration.Type],
            _ => Enumerable.Empty<TypeSyntax>(),
        }).Concat((type.ParameterList?.Parameters ?? []).Where(p => p.Identifier.ValueText == name).Select(p => p.Type!));
    }
}
