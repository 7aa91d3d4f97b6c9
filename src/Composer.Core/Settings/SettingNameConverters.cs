using System.Text.Json;
using System.Text.Json.Serialization;

namespace Composer.Core.Settings;

/// <summary>A <see cref="SettingNameConverter{T}"/> for every enum.</summary>
public sealed class SettingNameConverters : JsonConverterFactory
{
    /// <inheritdoc/>
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

    /// <inheritdoc/>
    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(SettingNameConverter<>).MakeGenericType(typeToConvert))!;
}
