using System.Collections.Immutable;
using System.Reflection.Emit;
using System.Reflection.Metadata;

namespace Composer.CodeDigests.Tests.Compiled;

/// <summary>Full names of types in an assembly's metadata; of a generic one that of its definition.</summary>
internal sealed class TypeNames(MetadataReader reader) : ISignatureTypeProvider<string, object?>
{
    public string Of(EntityHandle handle) => handle.Kind switch
    {
        HandleKind.TypeDefinition => Of((TypeDefinitionHandle)handle),
        HandleKind.TypeReference => GetTypeFromReference(reader, (TypeReferenceHandle)handle, 0),
        HandleKind.TypeSpecification => reader.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(this, null),
        _ => "",
    };

    public string Of(TypeDefinitionHandle handle)
    {
        var type = reader.GetTypeDefinition(handle);
        var name = reader.GetString(type.Name);
        return type.GetDeclaringType() is { IsNil: false } outer ? $"{Of(outer)}+{name}" : Full(reader.GetString(type.Namespace), name);
    }

    /// <summary>What an instruction with a token refers to.</summary>
    public IEnumerable<Reference> References(OpCode code, EntityHandle token)
    {
        var creates = code == OpCodes.Newobj || code == OpCodes.Initobj || code == OpCodes.Ldtoken;
        var isVirtual = code == OpCodes.Callvirt || code == OpCodes.Ldvirtftn || code == OpCodes.Constrained;
        switch (token.Kind)
        {
            case HandleKind.MethodDefinition:
                var method = reader.GetMethodDefinition((MethodDefinitionHandle)token);
                yield return new Reference(Of(method.GetDeclaringType()), reader.GetString(method.Name), creates, isVirtual);
                break;
            case HandleKind.MemberReference:
                var member = reader.GetMemberReference((MemberReferenceHandle)token);
                yield return new Reference(Of(member.Parent), reader.GetString(member.Name), creates, isVirtual);
                break;
            case HandleKind.FieldDefinition:
                var field = reader.GetFieldDefinition((FieldDefinitionHandle)token);
                yield return new Reference(Of(field.GetDeclaringType()), reader.GetString(field.Name), false, false);
                break;
            case HandleKind.MethodSpecification:
                var generic = reader.GetMethodSpecification((MethodSpecificationHandle)token);
                foreach (var reference in References(code, generic.Method))
                {
                    yield return reference;
                }

                foreach (var argument in generic.DecodeSignature(this, null))
                {
                    yield return new Reference(argument, null, false, false);
                }

                break;
            default:
                yield return new Reference(Of(token), null, creates, false);
                break;
        }
    }

    public string GetTypeFromDefinition(MetadataReader from, TypeDefinitionHandle handle, byte rawTypeKind) => Of(handle);

    public string GetTypeFromReference(MetadataReader from, TypeReferenceHandle handle, byte rawTypeKind)
    {
        var type = from.GetTypeReference(handle);
        var name = from.GetString(type.Name);
        return type.ResolutionScope.Kind == HandleKind.TypeReference
            ? $"{GetTypeFromReference(from, (TypeReferenceHandle)type.ResolutionScope, 0)}+{name}"
            : Full(from.GetString(type.Namespace), name);
    }

    public string GetTypeFromSpecification(MetadataReader from, object? context, TypeSpecificationHandle handle, byte rawTypeKind) =>
        Of((EntityHandle)handle);

    public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments) => genericType;

    public string GetSZArrayType(string elementType) => elementType;

    public string GetArrayType(string elementType, ArrayShape shape) => elementType;

    public string GetByReferenceType(string elementType) => elementType;

    public string GetPointerType(string elementType) => elementType;

    public string GetPinnedType(string elementType) => elementType;

    public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) => unmodifiedType;

    public string GetFunctionPointerType(MethodSignature<string> signature) => "";

    public string GetGenericMethodParameter(object? context, int index) => "";

    public string GetGenericTypeParameter(object? context, int index) => "";

    public string GetPrimitiveType(PrimitiveTypeCode typeCode) => "";

    private static string Full(string space, string name) => space.Length == 0 ? name : $"{space}.{name}";
}
