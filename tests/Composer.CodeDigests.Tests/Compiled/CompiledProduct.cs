using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Composer.CodeDigests.Tests.Compiled;

/// <summary>The types of the product's assemblies beside the tests, and who calls whom.</summary>
internal sealed class CompiledProduct
{
    private readonly Dictionary<string, CompiledType> types = new(StringComparer.Ordinal);

    public CompiledProduct(IEnumerable<string> assemblies)
    {
        foreach (var path in assemblies)
        {
            using var file = new PEReader(File.OpenRead(path));
            var reader = file.GetMetadataReader();
            foreach (var handle in reader.TypeDefinitions)
            {
                var type = Read(reader, file, reader.GetTypeDefinition(handle), handle);
                types[type.Name] = type;
            }
        }
    }

    /// <summary>The names of a type's methods.</summary>
    public IEnumerable<string> MethodsOf(string type) => types[type].Methods.Keys;

    /// <summary>Every method that can run once some have been called: by type and name.</summary>
    /// <param name="begin">The first.</param>
    /// <param name="isCut">Types whose methods are not followed.</param>
    public HashSet<(string Type, string Member)> Reach(IEnumerable<(string Type, string Member)> begin, Func<string, bool> isCut)
    {
        var reached = new HashSet<(string, string)>();
        var created = new HashSet<string>(StringComparer.Ordinal);
        var called = new HashSet<(string, string)>();
        var touched = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<(string Type, string Member)>();
        foreach (var (type, member) in begin)
        {
            Visit(type, member);
            Create(type);
        }

        while (open.TryDequeue(out var next))
        {
            foreach (var reference in types[next.Type].Methods[next.Member].SelectMany(m => m.References))
            {
                if (!types.TryGetValue(reference.Type, out var type))
                {
                    continue;
                }

                if (reference.Creates || type.IsGenerated || type.IsValueType)
                {
                    Create(reference.Type);
                }

                if (reference.Member is { } member)
                {
                    Touch(reference.Type);
                    Visit(reference.Type, member);
                    if (reference.IsVirtual && called.Add((reference.Type, member)))
                    {
                        foreach (var instance in created.ToArray())
                        {
                            Dispatch(instance, reference.Type, member);
                        }
                    }
                }
            }
        }

        return reached;

        void Visit(string type, string member)
        {
            for (var owner = types.GetValueOrDefault(type); owner is not null; owner = owner.Bases.Select(types.GetValueOrDefault)
                .FirstOrDefault(t => t is not null))
            {
                if (owner.Methods.ContainsKey(member))
                {
                    if (!isCut(owner.Name) && reached.Add((owner.Name, member)))
                    {
                        Touch(owner.Name);
                        open.Enqueue((owner.Name, member));
                    }

                    return;
                }
            }
        }

        void Touch(string type)
        {
            if (touched.Add(type) && types[type].Methods.ContainsKey(".cctor"))
            {
                Visit(type, ".cctor");
            }
        }

        void Create(string type)
        {
            if (!types.ContainsKey(type) || isCut(type) || !created.Add(type))
            {
                return;
            }

            foreach (var (name, methods) in Lineage(type).SelectMany(t => t.Methods).ToArray())
            {
                if (methods.Any(m => m.OverridesForeign || (m.Implements && ImplementsForeign(type, name))))
                {
                    Visit(type, name);
                }
            }

            foreach (var (owner, member) in called.ToArray())
            {
                Dispatch(type, owner, member);
            }
        }

        void Dispatch(string instance, string owner, string member)
        {
            if (Lineage(instance).Any(t => t.Name == owner || t.Bases.Contains(owner)))
            {
                Visit(instance, member);
                foreach (var explicitly in Lineage(instance)
                    .SelectMany(t => t.Methods.Keys.Where(m => m.EndsWith("." + member, StringComparison.Ordinal))
                    .Select(m => (t.Name, m))).ToArray())
                {
                    Visit(explicitly.Name, explicitly.m);
                }
            }
        }
    }

    private static bool IsOfProduct(string type) => type.StartsWith("Composer.", StringComparison.Ordinal);

    /// <summary>Whether no interface of the product has a method of the name, so that one from elsewhere must.</summary>
    private bool ImplementsForeign(string type, string method)
    {
        var simple = method[(method.LastIndexOf('.') + 1)..];
        return method.Contains('.') && method.LastIndexOf('.') > 0
            ? !IsOfProduct(method)
            : !Lineage(type).SelectMany(t => t.Bases).Where(IsOfProduct).Distinct().SelectMany(Lineage)
                .Any(i => i.IsInterface && i.Methods.ContainsKey(simple));
    }

    private IEnumerable<CompiledType> Lineage(string name) =>
        types.TryGetValue(name, out var type) ? type.Bases.SelectMany(Lineage).Prepend(type) : [];

    private static CompiledType Read(MetadataReader reader, PEReader file, TypeDefinition definition, TypeDefinitionHandle handle)
    {
        var names = new TypeNames(reader);
        var type = new CompiledType(names.Of(handle)) { IsInterface = definition.Attributes.HasFlag(TypeAttributes.Interface) };
        if (!definition.BaseType.IsNil)
        {
            type.Bases.Add(names.Of(definition.BaseType));
            type.IsValueType = type.Bases is ["System.ValueType" or "System.Enum"];
        }

        type.Bases.AddRange(definition.GetInterfaceImplementations().Select(i => names.Of(reader.GetInterfaceImplementation(i).Interface)));
        foreach (var method in definition.GetMethods().Select(reader.GetMethodDefinition))
        {
            var references = new List<Reference>();
            if (method.RelativeVirtualAddress != 0)
            {
                var body = file.GetMethodBody(method.RelativeVirtualAddress);
                foreach (var (code, token) in CompiledMethod.Tokens(body.GetILBytes()!))
                {
                    references.AddRange(names.References(code, token));
                }
            }

            var name = reader.GetString(method.Name);
            var isVirtual = method.Attributes.HasFlag(MethodAttributes.Virtual);
            var isNew = method.Attributes.HasFlag(MethodAttributes.NewSlot);
            var overrides = isVirtual && !isNew
                && (name is "ToString" or "Equals" or "GetHashCode" or "Finalize" || !type.Bases.Take(1).Any(IsOfProduct));
            var implements = isVirtual && isNew && method.Attributes.HasFlag(MethodAttributes.Final);
            if (!type.Methods.TryGetValue(name, out var same))
            {
                type.Methods[name] = same = [];
            }

            same.Add(new CompiledMember(overrides, implements, references));
        }

        return type;
    }
}
