using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Composer.Build.Tests.Contract;

/// <summary>The members of NUKE's namespaces that an assembly declares, or uses from elsewhere, one line each.</summary>
internal static class NukeMembers
{
    private static readonly SignatureText Signatures = new();

    /// <summary>What an assembly uses of NUKE.</summary>
    public static SortedSet<string> UsedBy(string assembly) => Read(assembly, reader =>
        reader.MemberReferences.Select(reader.GetMemberReference)
            .Where(member => member.Parent.Kind == HandleKind.TypeReference)
            .Select(member => Line(
                Signatures.GetTypeFromReference(reader, (TypeReferenceHandle)member.Parent, 0),
                reader.GetString(member.Name),
                member.GetKind() == MemberReferenceKind.Method
                    ? Text(member.DecodeMethodSignature(Signatures, null))
                    : member.DecodeFieldSignature(Signatures, null))));

    /// <summary>What an assembly offers of NUKE to a build: public and protected members of public types.</summary>
    public static SortedSet<string> DeclaredBy(string assembly) => Read(assembly, reader =>
        from handle in reader.TypeDefinitions
        let type = reader.GetTypeDefinition(handle)
        where (type.Attributes & TypeAttributes.VisibilityMask) == TypeAttributes.Public
        let name = Signatures.GetTypeFromDefinition(reader, handle, 0)
        from line in Methods(reader, type, name).Concat(Fields(reader, type, name))
        select line);

    private static IEnumerable<string> Methods(MetadataReader reader, TypeDefinition type, string name) =>
        type.GetMethods().Select(reader.GetMethodDefinition)
            .Where(method => (method.Attributes & MethodAttributes.MemberAccessMask)
                is MethodAttributes.Public or MethodAttributes.Family or MethodAttributes.FamORAssem)
            .Select(method => Line(name, reader.GetString(method.Name), Text(method.DecodeSignature(Signatures, null))));

    private static IEnumerable<string> Fields(MetadataReader reader, TypeDefinition type, string name) =>
        type.GetFields().Select(reader.GetFieldDefinition)
            .Where(field => (field.Attributes & FieldAttributes.FieldAccessMask) is FieldAttributes.Public)
            .Select(field => Line(name, reader.GetString(field.Name), field.DecodeSignature(Signatures, null)));

    private static string Text(MethodSignature<string> signature) =>
        $"{(signature.GenericParameterCount > 0 ? $"`{signature.GenericParameterCount}" : "")}"
        + $"({string.Join(", ", signature.ParameterTypes)}) : {signature.ReturnType}{(signature.Header.IsInstance ? "" : " static")}";

    private static string Line(string type, string member, string signature) => $"{type}.{member}{signature}";

    private static SortedSet<string> Read(string assembly, Func<MetadataReader, IEnumerable<string>> lines)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        return new SortedSet<string>(
            lines(file.GetMetadataReader()).Where(line => line.StartsWith("Nuke.", StringComparison.Ordinal)),
            StringComparer.Ordinal);
    }
}
