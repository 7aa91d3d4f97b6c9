namespace Composer.Core.Code;

/// <summary>Names parts (<see cref="CodePartsAttribute"/>) in order to list them: who reaches the list uses none of them yet.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method | AttributeTargets.Property, Inherited = false)]
public sealed class ListsCodePartsAttribute : Attribute;
