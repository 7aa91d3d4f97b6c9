using System.Text.Json;
using System.Text.Json.Serialization;
using Composer.Core;
using Composer.Language.Pretraining;

namespace Composer.Language.Tests.Pretraining;

/// <summary>All that two equal pre-trainings have in common to the last bit, as text.</summary>
internal static class PretrainBits
{
    private static readonly JsonSerializerOptions Options = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public static string Of(PretrainResult result, TemporaryFolder folder) =>
        $"{Digest.Of(File.ReadAllBytes(folder[PretrainFiles.Weights]))} {JsonSerializer.Serialize(result, Options)}";
}
