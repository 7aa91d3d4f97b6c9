using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Composer.Core.Settings;

namespace Composer.Core.Json;

/// <summary>How everything is written as JSON: snake_case names, no indentation, enums by their names.</summary>
public static class ComposerJson
{
    /// <summary>Of outputs and of what commands print: non-finite numbers are texts.</summary>
    public static JsonSerializerOptions Options { get; } = Create(
        JsonNumberHandling.AllowNamedFloatingPointLiterals, JsonIgnoreCondition.Never);

    /// <summary>
    /// Of what a job is told and its key covers: nulls, what is <see cref="NotInKeyAttribute"/> and what a record says that
    /// it does not read are left out; numbers are finite, texts valid Unicode.
    /// </summary>
    public static JsonSerializerOptions Inputs { get; } = CreateInputs();

    public static byte[] Write<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, Options);

    public static string WriteText<T>(T value) => JsonSerializer.Serialize(value, Options);

    /// <exception cref="InvalidDataException">The JSON is not a <typeparamref name="T"/>.</exception>
    public static T Read<T>(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, Options) ?? throw new InvalidDataException("null");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"Not a {typeof(T).Name}: {e.Message}", e);
        }
    }

    private static JsonSerializerOptions Create(JsonNumberHandling numbers, JsonIgnoreCondition ignored) => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DictionaryKeyPolicy = null,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = numbers,
        DefaultIgnoreCondition = ignored,
        Converters = { new SettingNameConverters() },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
    };

    private static JsonSerializerOptions CreateInputs()
    {
        var options = Create(JsonNumberHandling.Strict, JsonIgnoreCondition.WhenWritingNull);
        options.Converters.Add(new StrictTextConverter());
        options.TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveOutWhatIsNotRead } };
        options.MakeReadOnly();
        return options;
    }

    private static void LeaveOutWhatIsNotRead(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object)
        {
            return;
        }

        var selective = type.Type.IsAssignableTo(typeof(IReadsSelectively));
        foreach (var property in type.Properties)
        {
            if (property.Set is null || property.AttributeProvider?.IsDefined(typeof(NotInKeyAttribute), inherit: true) == true)
            {
                // What is computed from other properties, or changes how a job runs and not what it computes.
                property.ShouldSerialize = static (_, _) => false;
            }
            else if (selective && property.AttributeProvider is System.Reflection.MemberInfo member)
            {
                var name = member.Name;
                property.ShouldSerialize = (owner, value) => value is not null && !((IReadsSelectively)owner).Unread.Contains(name);
            }
        }
    }
}
