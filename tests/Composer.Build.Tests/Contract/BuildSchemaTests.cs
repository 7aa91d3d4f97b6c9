using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.Json;

namespace Composer.Build.Tests.Contract;

/// <summary><c>.nuke/build.schema.json</c> gives editors and shells completion: it must know what Build.cs declares.</summary>
public class BuildSchemaTests
{
    [Fact]
    public void The_schema_lists_the_targets_and_parameters_of_the_build()
    {
        using var schema = JsonDocument.Parse(File.ReadAllText(Path.Join(Clone.Root, ".nuke", "build.schema.json")));
        var targets = schema.RootElement.GetProperty("definitions").GetProperty("ExecutableTarget").GetProperty("enum")
            .EnumerateArray().Select(name => name.GetString()!);
        var parameters = schema.RootElement.GetProperty("allOf")[0].GetProperty("properties").EnumerateObject().Select(each => each.Name);

        var (declaredTargets, declaredParameters) = Declared();

        Assert.Equal(declaredTargets, targets);
        Assert.Equal(declaredParameters, parameters);
    }

    /// <summary>The properties of the class Build: of type Target, and with a public getter (its parameters).</summary>
    private static (IEnumerable<string> Targets, IEnumerable<string> Parameters) Declared()
    {
        using var file = new PEReader(File.OpenRead(Path.Join(Clone.BuildFolder, "_build.dll")));
        var reader = file.GetMetadataReader();
        var build = reader.TypeDefinitions.Select(reader.GetTypeDefinition)
            .Single(type => reader.GetString(type.Name) == "Build" && reader.GetString(type.Namespace) == "Composer.Build");
        var properties = build.GetProperties().Select(reader.GetPropertyDefinition)
            .Select(property => (
                Name: reader.GetString(property.Name),
                Type: property.DecodeSignature(new SignatureText(), null).ReturnType,
                IsParameter: property.GetCustomAttributes().Count > 0))
            .OrderBy(property => property.Name, StringComparer.Ordinal).ToList();
        return (
            properties.Where(property => property.Type == "Nuke.Common.Target").Select(property => property.Name).ToList(),
            properties.Where(property => property.IsParameter && property.Type != "Nuke.Common.Target").Select(property => property.Name).ToList());
    }
}
