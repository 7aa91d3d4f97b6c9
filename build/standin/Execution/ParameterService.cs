using System.ComponentModel;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Nuke.Common.Execution;

/// <summary>Finds the value of a parameter: command line, then environment, then <c>.nuke/parameters.json</c>.</summary>
internal sealed class ParameterService(BuildInvocation invocation)
{
    private const BindingFlags Members = BindingFlags.Instance | BindingFlags.Static | BindingFlags.FlattenHierarchy
        | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly JsonSerializerOptions Json = new() { Converters = { new JsonStringEnumConverter() } };

    private readonly Lazy<JsonElement?> file = new(() => ReadFile(invocation));

    /// <summary>The fields and properties of a build that carry the attribute, by parameter name.</summary>
    public static IReadOnlyList<(string Name, MemberInfo Member, ParameterAttribute Attribute)> ParametersOf(Type build) =>
        [.. build.GetMembers(Members)
            .Select(member => (Member: member, Attribute: member.GetCustomAttribute<ParameterAttribute>()))
            .Where(pair => pair.Attribute is not null)
            .Select(pair => (Name: pair.Attribute!.Name ?? pair.Member.Name, pair.Member, Attribute: pair.Attribute))
            .OrderBy(parameter => parameter.Name, StringComparer.Ordinal)];

    /// <summary>Gives every parameter its value; one that cannot be converted is warned of and left as it is.</summary>
    public void Inject(NukeBuild build)
    {
        foreach (var (name, member, attribute) in ParametersOf(build.GetType()).Where(parameter => IsSettable(parameter.Member)))
        {
            var type = member is PropertyInfo property ? property.PropertyType : ((FieldInfo)member).FieldType;
            try
            {
                if (GetParameter(name, type, attribute.Separator?[0]) is { } value)
                {
                    Set(build, member, value);
                }
            }
            catch (Exception exception) when (exception is FormatException or ArgumentException or JsonException)
            {
                invocation.Output.WriteLine($"[WRN] Could not inject value for {name}: {exception.Message}");
            }
        }
    }

    /// <summary>
    /// The value of a parameter as the type, or null when nothing gives one; <paramref name="positional"/>
    /// are arguments that stand for it without its name.
    /// </summary>
    public object? GetParameter(string name, Type type, char? separator = null, IReadOnlyList<string>? positional = null)
    {
        if ((invocation.Named(name) ?? positional) is { } values)
        {
            return Convert(Split(values, separator), type, flag: true);
        }

        if (invocation.Variable(name) is { } variable)
        {
            return Convert(Split([variable], separator), type, flag: false);
        }

        if (file.Value is { } given && given.TryGetProperty(name, out var element))
        {
            return element.Deserialize(type, Json);
        }

        return null;
    }

    private static IReadOnlyList<string> Split(IReadOnlyList<string> values, char? separator) =>
        separator is { } character ? [.. values.SelectMany(value => value.Split(character))] : values;

    private static object? Convert(IReadOnlyList<string> values, Type type, bool flag)
    {
        if (type.IsArray)
        {
            var array = Array.CreateInstance(type.GetElementType()!, values.Count);
            for (var i = 0; i < values.Count; i++)
            {
                array.SetValue(ConvertOne(values[i], type.GetElementType()!), i);
            }

            return array;
        }

        if (values.Count == 0)
        {
            return type == typeof(bool) || type == typeof(bool?) ? flag : null;
        }

        return values.Count == 1
            ? ConvertOne(values[0], Nullable.GetUnderlyingType(type) ?? type)
            : throw new ArgumentException($"Value [ {string.Join(", ", values)} ] cannot be assigned to '{type.Name}'");
    }

    private static object? ConvertOne(string value, Type type) =>
        type == typeof(string) ? value : TypeDescriptor.GetConverter(type).ConvertFromInvariantString(value);

    private static bool IsSettable(MemberInfo member) => member switch
    {
        FieldInfo field => !field.IsStatic,
        PropertyInfo property => !property.GetMethod!.IsStatic && (property.CanWrite || BackingField(property) is not null),
        _ => false,
    };

    /// <summary>A property without a setter is written through its backing field.</summary>
    private static FieldInfo? BackingField(MemberInfo member) =>
        member.DeclaringType!.GetField($"<{member.Name}>k__BackingField", Members);

    private static void Set(NukeBuild build, MemberInfo member, object value)
    {
        if ((member as FieldInfo ?? BackingField(member)) is { } field)
        {
            field.SetValue(build, value);
        }
        else
        {
            ((PropertyInfo)member).SetValue(build, value);
        }
    }

    private static JsonElement? ReadFile(BuildInvocation invocation)
    {
        string path = invocation.RootDirectory / ".nuke" / "parameters.json";
        if (!File.Exists(path))
        {
            return null;
        }

        using var document = JsonDocument.Parse(File.ReadAllText(path));
        return document.RootElement.Clone();
    }
}
