namespace Composer.Manifests.Binding;

/// <summary>What a key of a manifest takes.</summary>
internal enum KeyShape
{
    Text,
    Integer,
    Number,
    Boolean,
    Section,
    List,
    Map,
}
